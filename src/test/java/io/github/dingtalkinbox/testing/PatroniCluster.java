package io.github.dingtalkinbox.testing;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.awaitility.Awaitility;

/** The nodes that {@code .ci/with-patroni} prepares: each has a PostgreSQL, its Patroni, and a network of its own. */
public final class PatroniCluster {
    private static final Node ETCD = new Node("etcd", "10.77.0.2");
    private static final List<Node> NODES =
            List.of(new Node("node1", "10.77.0.11"), new Node("node2", "10.77.0.12"), new Node("node3", "10.77.0.13"));
    private static final int REST_PORT = 8008;
    private static final Duration LONGEST = Duration.ofMinutes(3);
    /** No machine has it: what is sent there is lost, and the sender is not told, as with a cut cable. */
    private static final String NOWHERE = "02:00:00:00:00:01";

    private static final Duration POLL = Duration.ofMillis(200);
    private static final String CANCEL_WAITS =
            "select count(pg_cancel_backend(pid)), pg_sleep(0.2) from pg_stat_activity where wait_event = 'SyncRep'";

    private static final String SUPERUSER = "postgres";

    private final HttpClient http =
            HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(1)).build();
    private final Map<Node, Process> patroni = new HashMap<>();
    private final Path directory;
    private final Path logs;

    /** @param logs for what Patroni and PostgreSQL print */
    private PatroniCluster(Path directory, Path logs) {
        this.directory = directory;
        this.logs = logs;
    }

    /** Starts all nodes, and waits for a primary with two standbys. */
    public static PatroniCluster start(Path logs) throws IOException {
        String directory = Objects.requireNonNull(System.getenv("PATRONI_CLUSTER"), "This runs in .ci/with-patroni");
        var cluster = new PatroniCluster(Path.of(directory), Files.createDirectories(logs));
        for (Node node : NODES) {
            cluster.start(node);
        }
        cluster.awaitComplete();
        return cluster;
    }

    /** A database of all nodes, wherever the primary is. */
    public TestDatabase database(String name) {
        String hosts = NODES.stream().map(node -> node.address + ":5432").collect(Collectors.joining(","));
        return TestDatabase.open(
                "jdbc:postgresql://" + hosts + "/" + name
                        + "?targetServerType=primary&hostRecheckSeconds=2&connectTimeout=2",
                SUPERUSER,
                "");
    }

    /** The only one, if all nodes see each other. */
    public Node primary() {
        return await("/primary", node -> true);
    }

    public Node awaitPrimaryOtherThan(Node former) {
        return await("/primary", node -> !node.equals(former));
    }

    /** The standby that commits wait for. */
    public Node synchronousStandby() {
        return await("/sync", node -> true);
    }

    public Node awaitSynchronousStandbyOtherThan(Node former) {
        return await("/sync", node -> !node.equals(former));
    }

    /** A node for which Patroni answers 200 to this. */
    private Node await(String path, Predicate<Node> which) {
        return Awaitility.await()
                .atMost(LONGEST)
                .pollInterval(POLL)
                .until(
                        () -> NODES.stream()
                                .filter(which.and(node -> answersOk(node, path)))
                                .findFirst(),
                        Optional::isPresent)
                .orElseThrow();
    }

    /** Waits until there are a primary and two standbys, one of them synchronous. */
    public void awaitComplete() {
        Awaitility.await()
                .atMost(LONGEST)
                .pollInterval(POLL)
                .until(() -> count("/primary") == 1
                        && count("/replica") == NODES.size() - 1
                        && count("/sync") == 1
                        && streamingStandbys() == NODES.size() - 1);
    }

    private long count(String path) {
        return NODES.stream().filter(node -> answersOk(node, path)).count();
    }

    private int streamingStandbys() {
        return query(primary(), "select count(*) from pg_stat_replication where state = 'streaming'");
    }

    public void start(Node node) throws IOException {
        List<String> command = new ArrayList<>(List.of("nsenter", "--net=" + network(node)));
        command.addAll(List.of("setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups"));
        command.addAll(List.of("patroni", directory.resolve(node.name + ".yml").toString()));
        patroni.put(
                node,
                new ProcessBuilder(command)
                        .redirectErrorStream(true)
                        .redirectOutput(ProcessBuilder.Redirect.appendTo(
                                logs.resolve(node.name + ".log").toFile()))
                        .start());
    }

    /** {@code kill -9} of all its processes. */
    public void kill(Node node) throws IOException, InterruptedException {
        process(node).destroyForcibly().waitFor();
        server(node).signal("-KILL");
    }

    /** Its PostgreSQL stops answering; its connections stay. */
    public void hang(Node node) throws IOException, InterruptedException {
        server(node).signal("-STOP");
    }

    public void goOn(Node node) throws IOException, InterruptedException {
        server(node).signal("-CONT");
    }

    /** Its Patroni stops; PostgreSQL goes on. */
    public void hangPatroni(Node node) throws IOException, InterruptedException {
        ServerProcesses.signal("-STOP", Stream.of(process(node).toHandle()));
    }

    /** Kills it and starts it again. If Patroni 3.0 only continued, it would take the role back from the new primary. */
    public void restartPatroni(Node node) throws IOException, InterruptedException {
        process(node).destroyForcibly().waitFor();
        start(node);
    }

    /** The node, the other nodes and etcd no longer reach each other; the service still reaches all of them. */
    public void cutOff(Node node) throws IOException, InterruptedException {
        for (Node other : othersThan(node)) {
            run(node, "replace", other.address, "lladdr", NOWHERE, "nud", "permanent");
            run(other, "replace", node.address, "lladdr", NOWHERE, "nud", "permanent");
        }
    }

    public void reconnect(Node node) throws IOException, InterruptedException {
        for (Node other : othersThan(node)) {
            run(node, "delete", other.address);
            run(other, "delete", node.address);
        }
    }

    private static List<Node> othersThan(Node node) {
        return Stream.concat(NODES.stream(), Stream.of(ETCD))
                .filter(other -> !other.equals(node))
                .toList();
    }

    private void run(Node node, String action, String address, String... more)
            throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of("nsenter", "--net=" + network(node)));
        command.addAll(List.of("ip", "neighbour", action, address, "dev", "eth0"));
        command.addAll(List.of(more));
        if (new ProcessBuilder(command).inheritIO().start().waitFor() != 0) {
            throw new IllegalStateException("This failed: " + command);
        }
    }

    /** Gives the primary's role to its synchronous standby, as an operator does. */
    public void switchOver() throws IOException, InterruptedException {
        Node from = primary();
        String order = "{\"leader\": \"%s\", \"candidate\": \"%s\"}".formatted(from.name, synchronousStandby().name);
        var request = request(from, "/switchover")
                .timeout(LONGEST)
                .POST(BodyPublishers.ofString(order))
                .build();
        var answer = http.send(request, BodyHandlers.ofString());
        if (answer.statusCode() != 200) {
            throw new IllegalStateException("No switchover " + order + ": " + answer.body());
        }
    }

    /**
     * Cancels what waits for a standby, as a DBA does, until the time is over or the server stops: it is then committed on
     * this node alone.
     *
     * @return how many waits it cancelled
     */
    public int cancelWaits(Node node, Duration time) {
        int cancelled = 0;
        long end = System.nanoTime() + time.toNanos();
        for (int count = 0; count >= 0 && System.nanoTime() < end; count = query(node, CANCEL_WAITS)) {
            cancelled += count;
        }
        return cancelled;
    }

    /** -1 without an answer. */
    private static int query(Node node, String sql) {
        String url = "jdbc:postgresql://" + node.address + ":5432/postgres?connectTimeout=2&socketTimeout=5";
        try (Connection connection = DriverManager.getConnection(url, SUPERUSER, "");
                Statement statement = connection.createStatement();
                ResultSet result = statement.executeQuery(sql)) {
            result.next();
            return result.getInt(1);
        } catch (SQLException e) {
            return -1;
        }
    }

    private boolean answersOk(Node node, String path) {
        try {
            var request =
                    request(node, path).timeout(Duration.ofSeconds(2)).GET().build();
            return http.send(request, BodyHandlers.discarding()).statusCode() == 200;
        } catch (IOException e) {
            return false;
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private static HttpRequest.Builder request(Node node, String path) {
        return HttpRequest.newBuilder(URI.create("http://" + node.address + ":" + REST_PORT + path));
    }

    private Process process(Node node) {
        return Objects.requireNonNull(patroni.get(node));
    }

    private ServerProcesses server(Node node) {
        return new ServerProcesses(directory.resolve(node.name).resolve("data"));
    }

    private Path network(Node node) {
        return directory.resolve(node.name + ".net");
    }

    /** One of them; its name is also that of its standby in PostgreSQL. */
    public record Node(String name, String address) {}
}
