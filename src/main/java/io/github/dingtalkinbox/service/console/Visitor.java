package io.github.dingtalkinbox.service.console;

import io.github.dingtalkinbox.service.operations.Instruction;
import java.security.Principal;
import org.springframework.web.servlet.function.ServerRequest;

/**
 * The user who looks at a page.
 *
 * @param name empty: not logged in
 * @param address in the network
 * @param operates whether the user may change something
 * @param seesPayloads whether the user may see the content of events
 */
record Visitor(String name, String address, boolean operates, boolean seesPayloads) {
    static final String CONSOLE = "console, from ";

    private static final String OPERATOR = "OPERATOR";
    private static final String PAYLOAD = "PAYLOAD";

    static Visitor of(ServerRequest request) {
        return new Visitor(
                request.principal().map(Principal::getName).orElse(""),
                request.servletRequest().getRemoteAddr(),
                request.servletRequest().isUserInRole(OPERATOR),
                request.servletRequest().isUserInRole(PAYLOAD));
    }

    /** The origin of the user's actions, as it is recorded. */
    String origin() {
        return CONSOLE + address;
    }

    Instruction instruction(String reason) {
        return new Instruction(name, origin(), reason, false);
    }
}
