package io.github.dingtalkinbox.internal.recovery;

import io.github.dingtalkinbox.internal.json.JsonReading.NotJson;
import io.github.dingtalkinbox.internal.json.JsonText;
import java.util.List;
import tools.jackson.databind.JsonNode;

/** A parsed answer of DingTalk's API: an object with {@code errcode}, and {@code errmsg} if that is not 0. */
final class Answer {
    /** This errcode means: the reason is in {@code sub_code} and {@code sub_msg}. (Page "server-api-error-codes".) */
    private static final String SEE_SUB_CODE = "88";

    private static final String SUCCESS = "0";

    private final JsonText text;
    private final JsonNode json;

    private Answer(JsonText text) {
        this.text = text;
        this.json = text.json();
    }

    /**
     * @throws UnreadableAnswer if it is not a JSON object, or has neither an {@code errcode} nor a {@code failed_list}
     */
    static Answer read(byte[] body) {
        JsonText text;
        try {
            text = JsonText.read(body);
        } catch (NotJson e) {
            throw new UnreadableAnswer(e.getMessage() == null ? "it is not JSON" : e.getMessage());
        }
        if (!text.json().isObject()) {
            throw new UnreadableAnswer("it is JSON, but not an object");
        }
        Answer answer = new Answer(text);
        if (answer.errcode().isEmpty() && !answer.json.has("failed_list")) {
            throw new UnreadableAnswer("it has neither an errcode nor a failed_list");
        }
        return answer;
    }

    boolean isSuccess() {
        String code = errcode();
        return code.isEmpty() || code.equals(SUCCESS);
    }

    /** The most specific error code. */
    String code() {
        return errcode().equals(SEE_SUB_CODE) && !text("sub_code").isEmpty() ? text("sub_code") : errcode();
    }

    String message() {
        return text("sub_msg").isEmpty() ? text("errmsg") : text("sub_msg");
    }

    String text(String name) {
        JsonNode value = json.path(name);
        return value.isValueNode() && !value.isNull() ? value.asString() : "";
    }

    /**
     * The failed callbacks.
     *
     * @throws UnreadableAnswer if {@code failed_list} is given twice, or is not an array
     */
    List<JsonText> failedCallbacks() {
        JsonNode list = json.path("failed_list");
        List<JsonText> lists = text.members("failed_list");
        if (list.isMissingNode() || (list.isNull() && lists.size() == 1)) {
            return List.of();
        }
        if (lists.size() != 1 || !list.isArray()) {
            throw new UnreadableAnswer("its failed_list is given twice, or is not an array");
        }
        return lists.get(0).elements();
    }

    /**
     * Whether to ask for the next page. Never after an empty list, whatever {@code has_more} says: that might never
     * end.
     */
    boolean hasMore() {
        return json.path("has_more").asBoolean(false)
                && !json.path("failed_list").isEmpty();
    }

    private String errcode() {
        return text("errcode");
    }
}
