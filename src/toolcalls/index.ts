// Raw reply -> calls, content, reasoning; and which calls are the same.
export { canonicalCall, canonicalReply, repeatedKeys } from './canonical.ts';
export { chooseFormat, type FormatChoice, formatOfTemplate, type RenderProbe, sharedLength } from './choose.ts';
export { genericFormat } from './formats/index.ts';
export { parse, type ParseContext } from './parse.ts';
export { readReply, type ReplyContext } from './read.ts';
export { openingFrame, type ReplyState, replyState, writesFirst } from './reply-state.ts';
export { isLost } from './unread/lost.ts';
export { type UnreadCall, type UnreadCode, unreadCalls, unreadCodes } from './unread/unread.ts';
export { writtenCall } from './write.ts';
export { pythonEscapes } from './text/python-escapes.ts';
