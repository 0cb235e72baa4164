package io.github.dingtalkinbox.internal.job;

import java.net.InetAddress;
import java.net.UnknownHostException;

/** The name of this process among those that use one database. */
public final class NodeName {
    private NodeName() {}

    /** The host and the process: {@code host/pid}. */
    public static String get() {
        return host() + "/" + ProcessHandle.current().pid();
    }

    /** {@code localhost} if the host does not know its name. */
    public static String host() {
        try {
            return InetAddress.getLocalHost().getHostName();
        } catch (UnknownHostException e) {
            return "localhost";
        }
    }
}
