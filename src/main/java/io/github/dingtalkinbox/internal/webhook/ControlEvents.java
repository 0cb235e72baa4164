package io.github.dingtalkinbox.internal.webhook;

import io.github.dingtalkinbox.Event;
import java.util.Optional;
import java.util.Set;

/**
 * The events that only check the callback URL. They are answered and forgotten: somebody who saves the URL a second time
 * must get an answer a second time, also while the database is away. (DingTalk's pages "test-callback-url-events",
 * "validating-and-updating-callback-url-events", "app-callback-url-update".)
 */
final class ControlEvents {
    private static final String SUCCESS = "success";
    private static final String CHECK_CREATE_SUITE_URL = "check_create_suite_url";
    private static final Set<String> SUITE_CHECKS = Set.of(CHECK_CREATE_SUITE_URL, "check_update_suite_url");

    private ControlEvents() {}

    /** The plaintext that answers the event, if it is one of these. */
    static Optional<String> answer(Event event, App app) {
        if (event.type().equals("check_url")) {
            return Optional.of(SUCCESS);
        }
        if (SUITE_CHECKS.contains(event.type())) {
            String random = event.payload().json().path("Random").asString("");
            return Optional.of(app.answersSuiteChecksWithRandom() && !random.isEmpty() ? random : SUCCESS);
        }
        return Optional.empty();
    }

    /** Whether this may come under the placeholder of a suite that has no suiteKey yet. */
    static boolean isFirstSuiteCheck(Event event) {
        return event.type().equals(CHECK_CREATE_SUITE_URL);
    }
}
