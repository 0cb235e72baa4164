package io.github.dingtalkinbox.service.access;

import io.github.dingtalkinbox.service.access.ConsoleProperties.Oidc;
import java.util.Collection;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.security.core.GrantedAuthority;
import org.springframework.security.core.authority.SimpleGrantedAuthority;
import org.springframework.security.core.userdetails.User;
import org.springframework.security.core.userdetails.UserDetailsService;
import org.springframework.security.oauth2.core.oidc.user.OidcUserAuthority;
import org.springframework.security.provisioning.InMemoryUserDetailsManager;

/** Roles, as Spring Security represents them. */
final class Authorities {
    private Authorities() {}

    /** The configured users. */
    static UserDetailsService users(ConsoleProperties properties) {
        InMemoryUserDetailsManager users = new InMemoryUserDetailsManager();
        properties
                .users()
                .forEach((name, user) -> users.createUser(User.withUsername(name)
                        .password(user.password())
                        .authorities(of(user.roles()))
                        .build()));
        return users;
    }

    /** The roles of a user of OpenID Connect. All other claims of the server are ignored. */
    static List<GrantedAuthority> of(Collection<? extends GrantedAuthority> told, Oidc oidc) {
        Set<Role> roles = EnumSet.noneOf(Role.class);
        for (GrantedAuthority authority : told) {
            if (authority instanceof OidcUserAuthority user) {
                values(user.getAttributes().get(oidc.rolesClaim())).forEach(value -> roles.addAll(roles(value, oidc)));
            }
        }
        return of(roles);
    }

    private static Collection<?> values(@Nullable Object claim) {
        if (claim instanceof Collection<?> several) {
            return several;
        }
        return claim == null ? List.of() : List.of(claim);
    }

    private static Set<Role> roles(Object value, Oidc oidc) {
        String name = String.valueOf(value);
        if (!oidc.roles().isEmpty()) {
            return oidc.roles().getOrDefault(name, Set.of());
        }
        Set<Role> named = EnumSet.noneOf(Role.class);
        for (Role role : Role.values()) {
            if (role.name().equals(name.toUpperCase(Locale.ROOT))) {
                named.add(role);
            }
        }
        return named;
    }

    /** Every role includes that of a viewer. */
    private static List<GrantedAuthority> of(Set<Role> roles) {
        Set<Role> all = EnumSet.noneOf(Role.class);
        all.addAll(roles);
        if (!all.isEmpty()) {
            all.add(Role.VIEWER);
        }
        return all.stream()
                .<GrantedAuthority>map(role -> new SimpleGrantedAuthority("ROLE_" + role))
                .toList();
    }
}
