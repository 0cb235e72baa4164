package io.github.dingtalkinbox.service.console;

/** An event of an approval that is not processed: it is waiting, dead, or discarded. */
record UnprocessedEvent(String processInstanceId, String eventId, String type, String state) {}
