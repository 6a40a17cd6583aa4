// Raw reply -> calls, content, reasoning; and which calls are the same.
export { canonicalCall, canonicalReply } from './canonical.ts';
export { chooseFormat, type FormatChoice, type RenderProbe, scoringFrame } from './choose.ts';
export { parse, type ParseContext } from './parse.ts';
export { readReply, type ReplyContext } from './read.ts';
