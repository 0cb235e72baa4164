package io.github.dingtalkinbox.service.console;

import io.github.dingtalkinbox.service.operations.OperatorOutcome;
import jakarta.servlet.http.HttpSession;
import java.io.Serializable;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.web.servlet.function.ServerRequest;

/**
 * The result of an action, shown on the next page.
 *
 * @param message its key in the messages
 * @param isGood whether it was done
 * @param lines of detail, in the language of the request
 */
record Notice(String message, boolean isGood, List<String> lines) implements Serializable {
    private static final String NAME = "notice";

    /** The result of an action on one event. */
    static Notice of(String eventId, OperatorOutcome settlement, String words) {
        boolean isDone = settlement.result() == OperatorOutcome.Result.DONE;
        return new Notice(isDone ? "notice.done" : "notice.refused", isDone, List.of(eventId + " " + words));
    }

    static Notice refused(String message) {
        return new Notice(message, false, List.of());
    }

    void leave(ServerRequest request) {
        request.session().setAttribute(NAME, this);
    }

    /** The notice for this page, if any. It is shown once. */
    static @Nullable Notice take(ServerRequest request) {
        HttpSession session = request.servletRequest().getSession(false);
        if (session == null || !(session.getAttribute(NAME) instanceof Notice notice)) {
            return null;
        }
        session.removeAttribute(NAME);
        return notice;
    }
}
