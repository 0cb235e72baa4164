package io.github.dingtalkinbox.service.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.security.authentication.BadCredentialsException;
import org.springframework.security.authentication.LockedException;
import org.springframework.security.authentication.UsernamePasswordAuthenticationToken;
import org.springframework.security.authentication.dao.DaoAuthenticationProvider;
import org.springframework.security.core.Authentication;
import org.springframework.security.core.userdetails.User;
import org.springframework.security.crypto.bcrypt.BCryptPasswordEncoder;
import org.springframework.security.provisioning.InMemoryUserDetailsManager;
import org.springframework.security.web.authentication.WebAuthenticationDetails;

class LimitedLoginsTest {
    private final ExecutorService people = Executors.newCachedThreadPool();
    private final AtomicInteger checks = new AtomicInteger();
    private final LimitedLogins logins = new LimitedLogins(passwords(), new LoginAttempts(System::nanoTime));

    @AfterEach
    void stop() {
        people.shutdownNow();
    }

    @ParameterizedTest
    @ValueSource(ints = {20, 45})
    void rightPasswordsAreNotRefusedWhileOthersAreChecked(int atOnce) throws Exception {
        List<Future<Authentication>> right = new ArrayList<>();
        List<Future<Authentication>> wrong = new ArrayList<>();
        for (int i = 0; i < atOnce; i++) {
            right.add(people.submit(() -> logIn("mei", "right")));
            wrong.add(people.submit(() -> logIn("wang", "wrong")));
        }

        for (Future<Authentication> login : right) {
            assertThat(login.get().isAuthenticated()).isTrue();
            assertThat(login.get().getName()).isEqualTo("mei");
        }
        for (Future<Authentication> guess : wrong) {
            assertThatThrownBy(guess::get).isNotNull();
        }
        assertThat(checks).as("one for mei, the guesses for wang").hasValue(1 + LoginAttempts.MOST_AS_USER);
        assertThat(logIn("zhao", "right").isAuthenticated())
                .as("from the same address, whose refused guesses do not count")
                .isTrue();
    }

    @Test
    void guessesAtOnceAreNoMoreThanOneAfterTheOther() throws Exception {
        List<Future<Authentication>> guesses = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
            String guess = "guess" + i;
            guesses.add(people.submit(() -> logIn("mei", guess)));
        }
        for (Future<Authentication> guess : guesses) {
            assertThatThrownBy(guess::get)
                    .cause()
                    .isInstanceOfAny(BadCredentialsException.class, LockedException.class);
        }

        assertThat(checks).hasValue(LoginAttempts.MOST_AS_USER);
    }

    @Test
    void aPasswordThatWasRightAMomentAgoIsNoWayToGoOnGuessing() {
        logIn("mei", "right");
        for (int i = 0; i < LoginAttempts.MOST_AS_USER; i++) {
            assertThatThrownBy(() -> logIn("mei", "wrong")).isInstanceOf(BadCredentialsException.class);
        }

        assertThatThrownBy(() -> logIn("mei", "right")).isInstanceOf(LockedException.class);
    }

    @Test
    void aRightPasswordIsForgottenSoon() {
        AtomicLong now = new AtomicLong();
        RecentLogins recent = new RecentLogins(now::get);
        Authentication login = UsernamePasswordAuthenticationToken.unauthenticated("mei", "right");
        recent.add(login, UsernamePasswordAuthenticationToken.authenticated("mei", null, List.of()));

        assertThat(recent.find(login)).isNotNull();
        assertThat(recent.find(UsernamePasswordAuthenticationToken.unauthenticated("mei", "wrong")))
                .isNull();
        assertThat(recent.find(UsernamePasswordAuthenticationToken.unauthenticated("meir", "ight")))
                .isNull();
        now.addAndGet(RecentLogins.SPAN.toNanos());
        assertThat(recent.find(login)).isNull();
    }

    private Authentication logIn(String user, String password) {
        var login = UsernamePasswordAuthenticationToken.unauthenticated(user, password);
        login.setDetails(new WebAuthenticationDetails("10.0.0.1", null));
        return logins.authenticate(login);
    }

    private DaoAuthenticationProvider passwords() {
        BCryptPasswordEncoder bcrypt = new BCryptPasswordEncoder(4);
        InMemoryUserDetailsManager users = new InMemoryUserDetailsManager();
        for (String name : List.of("mei", "wang", "zhao")) {
            users.createUser(User.withUsername(name)
                    .password(bcrypt.encode("right"))
                    .roles("VIEWER")
                    .build());
        }
        DaoAuthenticationProvider passwords = new DaoAuthenticationProvider(users) {
            @Override
            public Authentication authenticate(Authentication login) {
                checks.incrementAndGet();
                return super.authenticate(login);
            }
        };
        passwords.setPasswordEncoder(bcrypt);
        return passwords;
    }
}
