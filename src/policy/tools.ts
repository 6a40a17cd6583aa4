/**
 * A tool's name as policies compare it. A runtime may find a tool under `Delete_File` or `functions.delete_file`, so a
 * rule for `delete_file` holds for these too.
 */
export function plainTool(name: string): string {
  return name
    .normalize('NFKC')
    .replace(/[\u200b-\u200f\u2060\ufeff\u00ad\s]/g, '')
    .replace(/^(?:functions?|tools?|default_api)[./:]+/i, '')
    .toLowerCase();
}
