package io.github.dingtalkinbox.service.access;

import io.github.dingtalkinbox.service.access.ConsoleProperties.Oidc;
import java.net.http.HttpClient;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.core.ParameterizedTypeReference;
import org.springframework.http.client.ClientHttpRequestFactory;
import org.springframework.http.client.JdkClientHttpRequestFactory;
import org.springframework.http.converter.FormHttpMessageConverter;
import org.springframework.security.oauth2.client.endpoint.OAuth2AccessTokenResponseClient;
import org.springframework.security.oauth2.client.endpoint.OAuth2AuthorizationCodeGrantRequest;
import org.springframework.security.oauth2.client.endpoint.RestClientAuthorizationCodeTokenResponseClient;
import org.springframework.security.oauth2.client.http.OAuth2ErrorResponseErrorHandler;
import org.springframework.security.oauth2.client.oidc.userinfo.OidcUserRequest;
import org.springframework.security.oauth2.client.oidc.userinfo.OidcUserService;
import org.springframework.security.oauth2.client.registration.ClientRegistration;
import org.springframework.security.oauth2.client.registration.ClientRegistrationRepository;
import org.springframework.security.oauth2.client.registration.ClientRegistrations;
import org.springframework.security.oauth2.client.userinfo.DefaultOAuth2UserService;
import org.springframework.security.oauth2.client.userinfo.OAuth2UserService;
import org.springframework.security.oauth2.core.OAuth2AuthenticationException;
import org.springframework.security.oauth2.core.OAuth2Error;
import org.springframework.security.oauth2.core.http.converter.OAuth2AccessTokenResponseHttpMessageConverter;
import org.springframework.security.oauth2.core.oidc.OidcScopes;
import org.springframework.security.oauth2.core.oidc.user.OidcUser;
import org.springframework.util.StringUtils;
import org.springframework.web.client.RestClient;
import org.springframework.web.client.RestTemplate;

/**
 * The server of OpenID Connect. Its metadata is fetched at the first login, and again until it is complete. Spring
 * would wait for the server for much longer, and for some answers without a limit.
 *
 * <p>Safe for use by many threads.
 */
final class OidcServer implements ClientRegistrationRepository {
    /** The last part of the paths of {@link OidcLogin}. */
    static final String ID = "console";

    private static final String METADATA = "/.well-known/openid-configuration";
    private static final Duration LONGEST_CONNECT = Duration.ofSeconds(2);
    private static final Duration LONGEST_ANSWER = Duration.ofSeconds(5);

    private final Oidc oidc;
    private final ClientHttpRequestFactory http = http();
    private volatile @Nullable ClientRegistration registration;

    OidcServer(Oidc oidc) {
        this.oidc = oidc;
    }

    private static ClientHttpRequestFactory http() {
        JdkClientHttpRequestFactory http = new JdkClientHttpRequestFactory(HttpClient.newBuilder()
                .connectTimeout(LONGEST_CONNECT)
                .followRedirects(HttpClient.Redirect.NORMAL)
                .build());
        http.setReadTimeout(LONGEST_ANSWER);
        return http;
    }

    @Override
    public @Nullable ClientRegistration findByRegistrationId(String id) {
        if (!id.equals(ID)) {
            return null;
        }
        ClientRegistration known = registration;
        if (known == null) {
            known = ask();
            registration = known;
        }
        return known;
    }

    private ClientRegistration ask() {
        String issuer = String.valueOf(oidc.issuer());
        Map<String, Object> metadata = RestClient.builder()
                .requestFactory(http)
                .build()
                .get()
                .uri(StringUtils.trimTrailingCharacter(issuer, '/') + METADATA)
                .retrieve()
                .body(new ParameterizedTypeReference<Map<String, Object>>() {});
        Object named = metadata == null ? null : metadata.get("issuer");
        if (metadata == null || !issuer.equals(named)) {
            throw new IllegalStateException(
                    "inbox.console.oidc.issuer is " + issuer + ", but the server there calls itself " + named);
        }
        return ClientRegistrations.fromOidcConfiguration(metadata)
                .registrationId(ID)
                .clientId(String.valueOf(oidc.clientId()))
                .clientSecret(oidc.clientSecret())
                .userNameAttributeName(oidc.nameClaim())
                .scope(OidcScopes.OPENID, OidcScopes.PROFILE)
                .build();
    }

    /** Exchanges a code for a token. */
    OAuth2AccessTokenResponseClient<OAuth2AuthorizationCodeGrantRequest> tokens() {
        RestClientAuthorizationCodeTokenResponseClient tokens = new RestClientAuthorizationCodeTokenResponseClient();
        tokens.setRestClient(RestClient.builder()
                .requestFactory(http)
                .configureMessageConverters(converters -> converters
                        .addCustomConverter(new FormHttpMessageConverter())
                        .addCustomConverter(new OAuth2AccessTokenResponseHttpMessageConverter()))
                .defaultStatusHandler(new OAuth2ErrorResponseErrorHandler())
                .build());
        return tokens;
    }

    /** Asks for the user of a token. */
    OAuth2UserService<OidcUserRequest, OidcUser> users() {
        RestTemplate rest = new RestTemplate(http);
        rest.setErrorHandler(new OAuth2ErrorResponseErrorHandler());
        DefaultOAuth2UserService claims = new DefaultOAuth2UserService();
        claims.setRestOperations(rest);
        OidcUserService users = new OidcUserService();
        users.setOauth2UserService(claims);
        return request -> named(users, request);
    }

    /** Requires a name, under which the actions of the user are recorded. */
    private OidcUser named(OidcUserService users, OidcUserRequest request) {
        try {
            OidcUser user = users.loadUser(request);
            if (StringUtils.hasText(user.getName())) {
                return user;
            }
        } catch (IllegalArgumentException e) {
            // The claim is missing: the same.
        }
        throw new OAuth2AuthenticationException(new OAuth2Error(
                "no_name",
                "the server does not send the claim " + oidc.nameClaim()
                        + " with the user's name: set another one in inbox.console.oidc.name-claim",
                null));
    }
}
