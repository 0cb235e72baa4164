package io.github.dingtalkinbox.service.start;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.URI;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.springframework.boot.web.server.Ssl;
import org.springframework.boot.web.server.autoconfigure.ServerProperties;
import org.springframework.mock.env.MockEnvironment;

class OwnUrlTest {
    private final ServerProperties server = new ServerProperties();
    private final MockEnvironment environment = new MockEnvironment().withProperty("local.server.port", "8081");

    @Test
    void isLocalhostWhereTheServerListensEverywhere() throws Exception {
        assertThat(find()).hasValue("http://localhost:8081");

        server.setAddress(InetAddress.getByName("0.0.0.0"));
        assertThat(find()).hasValue("http://localhost:8081");
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

        assertThat(find()).hasValue("http://localhost:8081/inbox");
    }

    @Test
    void saysThatItSpeaksTls() throws Exception {
        server.setSsl(new Ssl());

        assertThat(find()).hasValue("https://localhost:8081");
    }

    @Test
    void isNotFoundWithoutAPort() throws Exception {
        assertThat(new OwnUrl(server, new MockEnvironment()).find()).isEmpty();
    }

    private Optional<String> find() throws Exception {
        return new OwnUrl(server, environment).find().map(URI::toString);
    }
}
