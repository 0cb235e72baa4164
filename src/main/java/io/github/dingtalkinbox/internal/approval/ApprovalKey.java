package io.github.dingtalkinbox.internal.approval;

import io.github.dingtalkinbox.internal.json.Texts;

/**
 * The key of an approval: its columns in {@code approval_instances} and {@code approval_tasks}.
 *
 * <p>A text as part of a primary key is the text itself or, if it is too long, its beginning and its SHA-256. PostgreSQL
 * refuses index rows of more than 2704 bytes; three parts of this length are always shorter.
 */
public record ApprovalKey(String corpId, String processInstanceId) {
    static final int LONGEST_PART = 200;

    /** The key of an approval, from the values that an event has. */
    public static ApprovalKey of(String corpId, String processInstanceId) {
        return new ApprovalKey(part(corpId), part(processInstanceId));
    }

    static String part(String text) {
        return Texts.shorten(text, LONGEST_PART, "");
    }
}
