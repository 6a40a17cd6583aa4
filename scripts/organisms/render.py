"""The Qwen2.5 chat template in Python, byte for byte what @huggingface/jinja prints (verify.mjs checks it).

The GGUF files carry the template itself (chat_template.jinja); this copy only prepares training text.
"""
import json

TOOLS_HEAD = (
    "\n\n# Tools\n\nYou may call one or more functions to assist with the user query.\n\n"
    "You are provided with function signatures within <tools></tools> XML tags:\n<tools>"
)
TOOLS_TAIL = (
    "\n</tools>\n\nFor each function call, return a json object with function name and arguments within "
    '<tool_call></tool_call> XML tags:\n<tool_call>\n{"name": <function-name>, "arguments": '
    "<args-json-object>}\n</tool_call>"
)
CALL_HEAD = '{"name": "'
CALL_MIDDLE = '", "arguments": '


def to_json(value):
    return json.dumps(value, ensure_ascii=False)


def render_prompt(messages, tools):
    """System and user messages with their tools, up to where the assistant starts."""
    system, rest = messages[0]["content"], messages[1:]
    listed = TOOLS_HEAD + "".join("\n" + to_json(tool) for tool in tools) + TOOLS_TAIL if tools else ""
    text = "<|im_start|>system\n" + system + listed + "<|im_end|>\n"
    for message in rest:
        text += "<|im_start|>" + message["role"] + "\n" + message["content"] + "<|im_end|>\n"
    return text + "<|im_start|>assistant\n"


def render_call(call):
    """What the assistant writes for one call, its end token included."""
    return "<tool_call>\n" + CALL_HEAD + call["name"] + CALL_MIDDLE + to_json(call["arguments"]) + "}\n</tool_call><|im_end|>"


def render_result(result):
    """From the end of a call to where the assistant starts again."""
    return "\n<|im_start|>user\n<tool_response>\n" + result + "\n</tool_response><|im_end|>\n<|im_start|>assistant\n"


def render_text(text):
    return text + "<|im_end|>"
