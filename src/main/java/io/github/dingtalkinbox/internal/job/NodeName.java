package io.github.dingtalkinbox.internal.job;

import java.net.InetAddress;
import java.net.UnknownHostException;

/** How this process is called where several work on one database. */
public final class NodeName {
    private NodeName() {}

    /** The host and the process: {@code host/pid}. */
    public static String get() {
        return host() + "/" + ProcessHandle.current().pid();
    }

    /** {@code localhost} if it does not know its name. */
    public static String host() {
        try {
            return InetAddress.getLocalHost().getHostName();
        } catch (UnknownHostException e) {
            return "localhost";
        }
    }
}
