package io.github.dingtalkinbox.service.console;

/** An event of an approval that has not taken effect: it waits, is dead, or was discarded. */
record UnprocessedEvent(String processInstanceId, String eventId, String type, String state) {}
