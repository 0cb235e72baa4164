package io.github.dingtalkinbox.service.access;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.dingtalkinbox.service.access.ConsoleProperties.Oidc;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.springframework.security.core.GrantedAuthority;
import org.springframework.security.core.authority.SimpleGrantedAuthority;
import org.springframework.security.oauth2.core.oidc.OidcIdToken;
import org.springframework.security.oauth2.core.oidc.user.OidcUserAuthority;

class AuthoritiesTest {
    @Test
    void aClaimNamesTheRoles() {
        assertThat(roles(List.of("Operator", "janitor"), Map.of()))
                .containsExactlyInAnyOrder("ROLE_VIEWER", "ROLE_OPERATOR");
        assertThat(roles("payload", Map.of())).containsExactlyInAnyOrder("ROLE_VIEWER", "ROLE_PAYLOAD");
    }

    @Test
    void whatIsNoRoleMayNothing() {
        assertThat(roles(List.of("janitor"), Map.of())).isEmpty();
        assertThat(roles("", Map.of())).isEmpty();
        assertThat(Authorities.of(List.of(new SimpleGrantedAuthority("ROLE_OPERATOR")), oidc(Map.of())))
                .as("what is not in the claim")
                .isEmpty();
    }

    @Test
    void theConfigurationSaysWhatTheClaimMeans() {
        Map<String, Set<Role>> meaning = Map.of("dba", Set.of(Role.OPERATOR));
        assertThat(roles(List.of("dba"), meaning)).containsExactlyInAnyOrder("ROLE_VIEWER", "ROLE_OPERATOR");
        assertThat(roles(List.of("payload"), meaning)).isEmpty();
    }

    private static List<String> roles(Object claim, Map<String, Set<Role>> meaning) {
        Map<String, Object> claims = Map.of("sub", "1", "roles", claim);
        OidcIdToken token = new OidcIdToken("token", Instant.EPOCH, Instant.EPOCH.plusSeconds(60), claims);
        return Authorities.of(List.of(new OidcUserAuthority(token)), oidc(meaning)).stream()
                .map(GrantedAuthority::getAuthority)
                .toList();
    }

    private static Oidc oidc(Map<String, Set<Role>> meaning) {
        return new Oidc("https://login.example.com", "id", "secret", "sub", "roles", meaning);
    }
}
