package io.github.dingtalkinbox.service.audit;

/**
 * An event as its sender knows it: the content of the payload, without anything that the service derived from it.
 *
 * @param eventId DingTalk's {@code eventId}
 * @param corpId DingTalk's {@code CorpId}
 * @param eventType DingTalk's {@code EventType}
 * @param processInstanceId of the approval
 * @param taskId of the approver's turn; empty for an event of the approval itself
 * @param type what happened to it: {@code start}, {@code finish}, …
 */
public record SentEvent(
        String eventId, String corpId, String eventType, String processInstanceId, String taskId, String type) {}
