package io.github.dingtalkinbox.testing;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;

/**
 * An HTTP proxy, with or without a login, that tunnels; and forwards what is not to be encrypted, one request for each
 * connection.
 */
public final class ConnectProxy implements AutoCloseable {
    private static final String REFUSED = """
            HTTP/1.1 407 Proxy Authentication Required\r
            Proxy-Authenticate: Basic realm="proxy"\r
            Content-Length: 0\r
            Connection: close\r
            \r
            """;

    private final @Nullable String login;
    private final ServerSocket listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final List<String> passed = new CopyOnWriteArrayList<>();
    private final List<String> refused = new CopyOnWriteArrayList<>();

    private ConnectProxy(@Nullable String login) throws IOException {
        this.login = login;
        threads.execute(this::accept);
    }

    public static ConnectProxy open() throws IOException {
        return new ConnectProxy(null);
    }

    /** One that lets only this user through. */
    public static ConnectProxy withLogin(String username, String password) throws IOException {
        return new ConnectProxy(
                "Basic " + Base64.getEncoder().encodeToString((username + ":" + password).getBytes(ISO_8859_1)));
    }

    public URI url() {
        return URI.create("http://127.0.0.1:" + listener.getLocalPort());
    }

    /** The first lines of the requests that it let through. */
    public List<String> passed() {
        return List.copyOf(passed);
    }

    /** The first lines of those that came with another login, or none. */
    public List<String> refused() {
        return List.copyOf(refused);
    }

    private void accept() {
        while (!listener.isClosed()) {
            try {
                Socket client = listener.accept();
                threads.execute(() -> serve(client));
            } catch (IOException e) {
                return; // closed
            }
        }
    }

    private void serve(Socket client) {
        try (client) {
            String head = head(client.getInputStream());
            String first = head.lines().findFirst().orElse("");
            if (login != null && !head.contains("Proxy-Authorization: " + login + "\r\n")) {
                refused.add(first);
                client.getOutputStream().write(REFUSED.getBytes(ISO_8859_1));
                return;
            }
            passed.add(first);
            String target = first.split(" ", 3)[1];
            boolean tunnels = first.startsWith("CONNECT ");
            URI address = URI.create(tunnels ? "tunnel://" + target : target);
            try (Socket server = new Socket(address.getHost(), address.getPort())) {
                if (tunnels) {
                    client.getOutputStream().write("HTTP/1.1 200 OK\r\n\r\n".getBytes(ISO_8859_1));
                } else {
                    String path = target.substring(target.indexOf('/', "http://".length()));
                    String forwarded = head.replace(target, path).replaceAll("Proxy-Authorization: .*\r\n", "");
                    server.getOutputStream().write(forwarded.getBytes(ISO_8859_1));
                }
                threads.execute(() -> pump(client, server));
                pump(server, client);
            }
        } catch (IOException e) {
            // One of the two has gone.
        }
    }

    private static void pump(Socket from, Socket to) {
        try (from;
                to) {
            from.getInputStream().transferTo(to.getOutputStream());
        } catch (IOException e) {
            // One side has gone: the other one goes too.
        }
    }

    private static String head(InputStream in) throws IOException {
        var head = new ByteArrayOutputStream();
        while (!head.toString(ISO_8859_1).endsWith("\r\n\r\n")) {
            int b = in.read();
            if (b < 0) {
                throw new IOException("No request");
            }
            head.write(b);
        }
        return head.toString(ISO_8859_1).replaceAll("(?i)proxy-authorization", "Proxy-Authorization");
    }

    @Override
    public void close() throws IOException {
        listener.close();
        threads.shutdownNow();
    }
}
