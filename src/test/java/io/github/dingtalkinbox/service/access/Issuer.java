package io.github.dingtalkinbox.service.access;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import com.nimbusds.jose.jwk.source.ImmutableJWKSet;
import com.nimbusds.jose.jwk.source.JWKSource;
import com.nimbusds.jose.proc.SecurityContext;
import java.net.URI;
import java.util.List;
import java.util.Map;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.tomcat.autoconfigure.servlet.TomcatServletWebServerAutoConfiguration;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.core.env.Environment;
import org.springframework.security.config.Customizer;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.config.annotation.web.configuration.EnableWebSecurity;
import org.springframework.security.config.annotation.web.configuration.OAuth2AuthorizationServerConfiguration;
import org.springframework.security.core.Authentication;
import org.springframework.security.core.userdetails.User;
import org.springframework.security.core.userdetails.UserDetails;
import org.springframework.security.core.userdetails.UserDetailsService;
import org.springframework.security.oauth2.core.AuthorizationGrantType;
import org.springframework.security.oauth2.core.ClientAuthenticationMethod;
import org.springframework.security.oauth2.core.oidc.OidcScopes;
import org.springframework.security.oauth2.core.oidc.endpoint.OidcParameterNames;
import org.springframework.security.oauth2.jwt.JwtClaimsSet;
import org.springframework.security.oauth2.jwt.JwtDecoder;
import org.springframework.security.oauth2.server.authorization.client.InMemoryRegisteredClientRepository;
import org.springframework.security.oauth2.server.authorization.client.RegisteredClient;
import org.springframework.security.oauth2.server.authorization.settings.AuthorizationServerSettings;
import org.springframework.security.oauth2.server.authorization.settings.ClientSettings;
import org.springframework.security.oauth2.server.authorization.token.JwtEncodingContext;
import org.springframework.security.oauth2.server.authorization.token.OAuth2TokenCustomizer;
import org.springframework.security.provisioning.InMemoryUserDetailsManager;
import org.springframework.security.web.SecurityFilterChain;
import org.springframework.security.web.authentication.LoginUrlAuthenticationEntryPoint;

/** A server of OpenID Connect such as organisations have: Spring's own, in an application of its own. */
final class Issuer implements AutoCloseable {
    static final String CLIENT_ID = "inbox";
    static final String CLIENT_SECRET = "a secret of the client";
    /** Where a proxy would have people come back to. */
    static final String BEHIND_A_PROXY = "https://inbox.example.com/login/oauth2/code/console";

    /** The groups of its users, whose passwords are their names. */
    private static final Map<String, List<String>> GROUPS = Map.of(
            "mei", List.of("staff", "inbox-dba"),
            "wang", List.of("inbox-readers"),
            "zhao", List.of("inbox-readers", "inbox-auditors"),
            "li", List.of("staff"));

    static final String OF_ANOTHER_CLIENT = "audience";
    static final String OF_ANOTHER_ISSUER = "issuer";
    static final String WITHOUT_A_NAME = "nameless";

    private final ConfigurableApplicationContext context;
    private final int port;

    private Issuer(ConfigurableApplicationContext context, int port) {
        this.context = context;
        this.port = port;
    }

    static Issuer start(int port) {
        SpringApplication server = new SpringApplication(Server.class);
        return new Issuer(
                server.run(
                        "--server.port=" + port,
                        "--spring.main.banner-mode=off",
                        // Tomcat asks no filter where it has no servlet.
                        "--server.servlet.register-default-servlet=true"),
                port);
    }

    /** Another site than that of the service, for cookies. */
    static String url(int port) {
        return "http://127.0.0.1:" + port;
    }

    URI url(String path) {
        return URI.create(url(port) + path);
    }

    /** Sends people who have logged in back there. */
    void sendBackTo(URI redirect) {
        context.getBean(InMemoryRegisteredClientRepository.class).save(client(redirect.toString()));
    }

    private static RegisteredClient client(String redirect) {
        return RegisteredClient.withId("1")
                .clientId(CLIENT_ID)
                .clientSecret("{noop}" + CLIENT_SECRET)
                .clientAuthenticationMethod(ClientAuthenticationMethod.CLIENT_SECRET_BASIC)
                .authorizationGrantType(AuthorizationGrantType.AUTHORIZATION_CODE)
                .redirectUri(redirect)
                .redirectUri(BEHIND_A_PROXY)
                .scope(OidcScopes.OPENID)
                .scope(OidcScopes.PROFILE)
                .clientSettings(ClientSettings.builder().requireProofKey(true).build())
                .build();
    }

    @Override
    public void close() {
        context.close();
    }

    @EnableWebSecurity
    @ImportAutoConfiguration(TomcatServletWebServerAutoConfiguration.class)
    static class Server {
        @Bean
        SecurityFilterChain security(HttpSecurity http) {
            return http.oauth2AuthorizationServer(server -> server.oidc(Customizer.withDefaults()))
                    .authorizeHttpRequests(requests -> requests.anyRequest().authenticated())
                    .formLogin(Customizer.withDefaults())
                    .exceptionHandling(e -> e.authenticationEntryPoint(new LoginUrlAuthenticationEntryPoint("/login")))
                    .csrf(csrf -> csrf.ignoringRequestMatchers("/login"))
                    .build();
        }

        @Bean
        InMemoryRegisteredClientRepository clients() {
            return new InMemoryRegisteredClientRepository(client("http://localhost/nowhere"));
        }

        @Bean
        JWKSource<SecurityContext> keys() throws JOSEException {
            RSAKey key = new RSAKeyGenerator(2048).keyID("of the tests").generate();
            return new ImmutableJWKSet<>(new JWKSet(key));
        }

        @Bean
        JwtDecoder decoder(JWKSource<SecurityContext> keys) {
            return OAuth2AuthorizationServerConfiguration.jwtDecoder(keys);
        }

        @Bean
        AuthorizationServerSettings settings(Environment environment) {
            String issuer = url(environment.getRequiredProperty("server.port", Integer.class));
            return AuthorizationServerSettings.builder().issuer(issuer).build();
        }

        @Bean
        UserDetailsService users() {
            InMemoryUserDetailsManager users = new InMemoryUserDetailsManager();
            GROUPS.keySet().forEach(name -> users.createUser(user(name)));
            List.of(OF_ANOTHER_CLIENT, OF_ANOTHER_ISSUER, WITHOUT_A_NAME).forEach(name -> users.createUser(user(name)));
            return users;
        }

        private static UserDetails user(String name) {
            return User.withUsername(name)
                    .password("{noop}" + name)
                    .authorities("user")
                    .build();
        }

        @Bean
        OAuth2TokenCustomizer<JwtEncodingContext> claims() {
            return token -> {
                Authentication user = token.getPrincipal();
                if (user != null && token.getTokenType().getValue().equals(OidcParameterNames.ID_TOKEN)) {
                    add(token.getClaims(), user.getName());
                }
            };
        }

        private static void add(JwtClaimsSet.Builder claims, String user) {
            claims.claim("groups", GROUPS.getOrDefault(user, List.of("inbox-dba")));
            switch (user) {
                case OF_ANOTHER_CLIENT -> claims.audience(List.of("another-client"));
                case OF_ANOTHER_ISSUER -> claims.issuer("https://elsewhere.example.com");
                case WITHOUT_A_NAME -> {}
                default -> claims.claim("preferred_username", user);
            }
        }
    }
}
