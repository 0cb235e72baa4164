package io.github.dingtalkinbox.service.warmup;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.springframework.boot.web.server.Ssl;
import org.springframework.boot.web.server.autoconfigure.ServerProperties;
import org.springframework.mock.env.MockEnvironment;

class OwnUrlTest {
    private final ServerProperties server = new ServerProperties();
    private final MockEnvironment environment = new MockEnvironment().withProperty("local.server.port", "8081");

    @Test
    void isLoopbackWhereTheServerListensEverywhere() throws Exception {
        assertThat(find()).hasValue("http://127.0.0.1:8081");

        server.setAddress(InetAddress.getByName("0.0.0.0"));
        assertThat(find()).hasValue("http://127.0.0.1:8081");
    }

    @Test
    void isTheAddressThatTheServerIsBoundTo() throws Exception {
        server.setAddress(InetAddress.getByName("192.0.2.7"));
        assertThat(find()).hasValue("http://192.0.2.7:8081");

        server.setAddress(InetAddress.getByName("2001:db8::7"));
        assertThat(find()).hasValue("http://[2001:db8:0:0:0:0:0:7]:8081");
    }

    @Test
    void contextPathBelongsToIt() throws Exception {
        server.getServlet().setContextPath("/inbox");

        assertThat(find()).hasValue("http://127.0.0.1:8081/inbox");
    }

    @Test
    void isNotFoundBehindTls() throws Exception {
        server.setSsl(new Ssl());

        assertThat(find()).isEmpty();
    }

    @Test
    void isNotFoundWithoutAPort() throws Exception {
        assertThat(new OwnUrl(server, new MockEnvironment()).find()).isEmpty();
    }

    private Optional<String> find() throws Exception {
        return new OwnUrl(server, environment).find();
    }
}
