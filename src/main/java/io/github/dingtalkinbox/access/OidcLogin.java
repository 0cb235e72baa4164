package io.github.dingtalkinbox.access;

import io.github.dingtalkinbox.access.ConsoleProperties.Oidc;
import java.util.List;
import org.springframework.security.config.annotation.web.configurers.oauth2.client.OAuth2LoginConfigurer;
import org.springframework.security.oauth2.client.registration.ClientRegistration;
import org.springframework.security.oauth2.client.registration.ClientRegistrations;
import org.springframework.security.oauth2.client.registration.InMemoryClientRegistrationRepository;
import org.springframework.security.oauth2.client.registration.SupplierClientRegistrationRepository;
import org.springframework.security.oauth2.core.oidc.OidcScopes;

/** The login by a server of OpenID Connect. */
record OidcLogin(Oidc oidc) {
    /** Where browsers come to on the way to that server and back. */
    static final List<String> PATHS = List.of("/oauth2/authorization/*", "/login/oauth2/code/*");

    /** The last part of those two. */
    private static final String ID = "console";

    void configure(OAuth2LoginConfigurer<?> login) {
        login.loginPage(SecurityChains.LOGIN)
                .defaultSuccessUrl(SecurityChains.HOME)
                .failureUrl(SecurityChains.LOGIN + "?failed")
                .clientRegistrationRepository(new SupplierClientRegistrationRepository(
                        () -> new InMemoryClientRegistrationRepository(registration())))
                .userInfoEndpoint(user -> user.userAuthoritiesMapper(told -> Authorities.of(told, oidc)));
    }

    /** Asks the server where it wants what. */
    private ClientRegistration registration() {
        return ClientRegistrations.fromIssuerLocation(String.valueOf(oidc.issuer()))
                .registrationId(ID)
                .clientId(String.valueOf(oidc.clientId()))
                .clientSecret(oidc.clientSecret())
                .userNameAttributeName(oidc.nameClaim())
                .scope(OidcScopes.OPENID, OidcScopes.PROFILE)
                .build();
    }
}
