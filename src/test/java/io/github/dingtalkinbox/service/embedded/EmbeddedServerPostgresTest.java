package io.github.dingtalkinbox.service.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A server that runs. */
@TestInstance(Lifecycle.PER_CLASS)
class EmbeddedServerPostgresTest {
    private final DataDirectory directory;
    private final EmbeddedServer server;

    EmbeddedServerPostgresTest(@TempDir Path temporary) {
        directory = DataDirectory.open(temporary.resolve("data"));
        server = EmbeddedServer.start(directory);
    }

    @AfterAll
    void stop() throws IOException {
        server.close();
        directory.close();
    }

    @ParameterizedTest
    @CsvSource({
        "fsync, on",
        "synchronous_commit, on",
        "full_page_writes, on",
        "data_checksums, on",
        "server_encoding, UTF8",
        "listen_addresses, 127.0.0.1",
        "password_encryption, scram-sha-256",
        "default_transaction_isolation, read committed"
    })
    void settingIsInForce(String name, String value) {
        assertThat(Login.application(server).query("show " + name)).containsExactly(value);
    }

    @Test
    void wrongPasswordIsRefused() throws IOException {
        for (Login login : List.of(Login.application(server), Login.superuser(directory))) {
            assertThatThrownBy(() -> login.withPassword("wrong").connect())
                    .isInstanceOfSatisfying(
                            SQLException.class, e -> assertThat(e.getSQLState()).isEqualTo("28P01"));
        }
    }

    @Test
    void nobodyIsTrusted() throws IOException {
        assertThat(Login.superuser(directory).query("select distinct auth_method from pg_hba_file_rules"))
                .containsExactly("scram-sha-256");
    }

    @Test
    void listensOnOneLoopbackAddressOnly() throws IOException {
        List<InetAddress> others = new ArrayList<>();
        others.add(InetAddress.getByAddress(new byte[] {127, 0, 0, 2}));
        NetworkInterface.networkInterfaces()
                .flatMap(NetworkInterface::inetAddresses)
                .filter(address -> !address.getHostAddress().equals("127.0.0.1"))
                .forEach(others::add);
        assertThat(others).allSatisfy(address -> assertThatThrownBy(() -> new Socket(address, server.port()))
                .isInstanceOf(ConnectException.class));
    }

    @Test
    void hasNoSocketInTheFileSystem() throws IOException {
        assertThat(Login.superuser(directory).query("show unix_socket_directories"))
                .containsExactly("");
    }

    @Test
    void rolesAreThoseOfTheScriptsAndNoSuperusers() throws IOException {
        assertThat(Login.superuser(directory).query("""
                        select concat_ws(' ', rolname, rolcanlogin, rolsuper, rolcreatedb, rolcreaterole, rolbypassrls)
                          from pg_roles
                         where rolname not like 'pg\\_%' and rolname <> 'postgres'
                         order by rolname
                        """))
                .containsExactly(
                        "inbox_app t f f f f",
                        "inbox_auditor t f f f f",
                        "inbox_cleanup t f f f f",
                        "inbox_migrator t f f f f",
                        "inbox_owner f f f f f",
                        "inbox_payload_auditor t f f f f");
    }

    @Test
    void everyRoleLogsInWithThePasswordInTheFile() {
        for (String role : Logins.ROLES) {
            assertThat(Login.as(role, server).query("select session_user || ' ' || current_user"))
                    .containsExactly(role.equals("inbox_migrator") ? "inbox_migrator inbox_owner" : role + " " + role);
        }
    }

    @Test
    void applicationMakesNoTables() {
        assertThatThrownBy(() -> Login.application(server).execute("create table mine ()"))
                .rootCause()
                .isInstanceOfSatisfying(
                        SQLException.class, e -> assertThat(e.getSQLState()).isEqualTo("42501"));
    }

    @Test
    void namesAndUpperCaseAreUnicode() {
        assertThat(Login.application(server).query("select upper('é') || length('钉钉')"))
                .containsExactly("É2");
    }

    @Test
    void allFilesAreForTheirOwnerOnly() throws IOException {
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(directory.path())))
                .isEqualTo("rwx------");
        try (var files = Files.list(directory.path())) {
            assertThat(files.filter(Files::isRegularFile)).hasSize(3).allSatisfy(file -> assertThat(
                            PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                    .isEqualTo("rw-------"));
        }
    }

    @Test
    void passwordsStandNowhereElse() throws IOException {
        Logins logins = Logins.read(directory);
        assertThat(directory.resolve("postgres.log"))
                .content()
                .doesNotContain(logins.passwords().values());
        try (var files = Files.list(directory.path())) {
            assertThat(files.map(file -> file.getFileName().toString()))
                    .containsExactlyInAnyOrder("lock", "pgpass", "postgres", "postgres-binaries", "postgres.log");
        }
        assertThat(logins.toString()).doesNotContain(logins.passwords().values());
    }
}
