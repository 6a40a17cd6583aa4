// Simulated tools: (call, case, world) -> result and the world after it. Pure; nothing is ever executed.
export { runCall } from './call.ts';
export { type Conversation, converse, type Turn } from './conversation.ts';
export { secretsOf, startWorld, surroundingsOf } from './world.ts';
