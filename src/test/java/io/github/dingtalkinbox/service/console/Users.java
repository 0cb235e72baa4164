package io.github.dingtalkinbox.service.console;

import org.springframework.security.crypto.bcrypt.BCryptPasswordEncoder;

/** Users of the console, whose passwords are their names. */
final class Users {
    private static final int QUICK = 4;

    private Users() {}

    /** The properties for some: one who only looks, one who acts, and one who may do everything. */
    static String[] properties() {
        return new String[] {
            password("viewer"),
            password("operator"),
            "inbox.console.users.operator.roles=operator",
            password("admin"),
            "inbox.console.users.admin.roles=operator,payload",
            // The client here keeps to the rule, also for localhost.
            "server.servlet.session.cookie.secure=false"
        };
    }

    private static String password(String user) {
        return "inbox.console.users." + user + ".password=" + new BCryptPasswordEncoder(QUICK).encode(user);
    }
}
