export const officialTemplates: ReadonlyMap<string, string> = new Map([]);
