package io.github.dingtalkinbox.internal.recovery;

import io.github.dingtalkinbox.internal.http.Http.Response;
import io.github.dingtalkinbox.internal.recovery.ApiFailure.Call;
import io.github.dingtalkinbox.internal.recovery.ApiFailure.Reason;
import io.github.dingtalkinbox.internal.recovery.FailedCallbackPages.Page;
import io.github.dingtalkinbox.internal.recovery.FailedCallbackPages.PageResult;
import io.github.dingtalkinbox.internal.recovery.RecoveryPolls.Turn;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CancellationException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessException;

/**
 * Polls the failed callbacks of one app:
 *
 * <ol>
 *   <li>Take the turn: a row lock, held until the end of the poll on a connection of its own.
 *   <li>Receive the pages that an earlier poll left behind, on this node or on one that is gone.
 *   <li>Check that the turn is still held, and call DingTalk.
 *   <li>Store the answer unchanged, in one insert that commits on another connection: the transaction of the turn may
 *       be lost while the answer is on its way. DingTalk is not called again before that commit, because each call
 *       makes it forget the previous answer.
 *   <li>If there is more, repeat from 3. Then receive the new pages.
 * </ol>
 *
 * <p>One gap remains: an answer that is neither stored nor in the memory of any node, because the service crashed
 * between the answer and the insert, or because the network lost it. A database outage loses nothing: the page stays in
 * memory, and DingTalk is not called for this app until it is stored.
 *
 * <p>A node that stalls until its session ends loses the turn, and may hold an answer. When it wakes, it stores that
 * answer and makes no further call, because step 3 fails. If it stalls in the middle of step 3, two nodes call at once:
 * each stores what it gets, so nothing is lost, and events that both get are received once.
 *
 * <p>For one thread at a time.
 */
final class AppPoll {
    private static final Logger log = LoggerFactory.getLogger(AppPoll.class);

    /** Per poll, so that an API that always has more does not keep the turn for ever. */
    private static final int MOST_PAGES = 50;

    private final String app;
    private final Duration interval;
    private final DingTalkApi api;
    private final PageReceiver receiver;
    private final Tables tables;
    private final Clock clock;
    private volatile @Nullable Page unsaved;
    private volatile boolean isStopping;

    /** @param interval least time, by the database's clock, between two polls of the app */
    AppPoll(String app, Duration interval, DingTalkApi api, PageReceiver receiver, Tables tables, Clock clock) {
        this.app = app;
        this.interval = interval;
        this.api = api;
        this.receiver = receiver;
        this.tables = tables;
        this.clock = clock;
    }

    String app() {
        return app;
    }

    /**
     * Polls once, if it is due and no other node polls.
     *
     * @throws ApiFailure if DingTalk's list was not pulled to its end
     */
    void runOnce() throws InterruptedException, SQLException {
        saveWhatIsUnsaved();
        try (Turn turn = tables.polls().take(app, interval)) {
            if (turn != null) {
                poll(turn);
            }
        }
    }

    /** Ends a running poll before its next call or element, and prevents further ones. */
    void stop() {
        isStopping = true;
    }

    /** Stores the page that could not be stored before, if there is one. */
    void saveWhatIsUnsaved() {
        Page page = unsaved;
        if (page != null) {
            save(page);
            log.info("Stored the page {} of failed callbacks of the app {}, which failed before", page.id(), app);
        }
    }

    private void poll(Turn turn) throws InterruptedException, SQLException {
        for (UUID page : tables.pages().unprocessed(app)) {
            receive(page, turn);
        }
        List<UUID> pulled = new ArrayList<>();
        ApiFailure failure = null;
        try {
            pull(turn, pulled);
        } catch (ApiFailure e) {
            failure = e;
        }
        for (UUID page : pulled) {
            receive(page, turn);
        }
        turn.end(failure == null ? null : failure.getMessage(), pulled.size());
        if (failure != null) {
            throw failure;
        }
    }

    private void pull(Turn turn, List<UUID> pulled) throws InterruptedException {
        boolean hasMore = true;
        for (int i = 0; hasMore && i < MOST_PAGES; i++) {
            Answer answer = pullPage(turn, pulled);
            if (!answer.isSuccess()) {
                throw ApiFailure.of(Call.FAILED_CALLBACKS, answer);
            }
            hasMore = answer.hasMore();
        }
    }

    /** Calls again with a fresh token if DingTalk refuses the token. */
    private Answer pullPage(Turn turn, List<UUID> pulled) throws InterruptedException {
        Answer answer = callAndStore(turn, pulled);
        if (answer.isSuccess() || ApiFailure.of(Call.FAILED_CALLBACKS, answer).reason() != Reason.TOKEN_INVALID) {
            return answer;
        }
        api.forgetToken();
        return callAndStore(turn, pulled);
    }

    private Answer callAndStore(Turn turn, List<UUID> pulled) throws InterruptedException {
        String token = api.token();
        requireTurn(turn);
        Response response = api.failedCallbacks(token);
        Page page = new Page(UUID.randomUUID(), clock.instant(), response.body(), null);
        save(page);
        try {
            Answer answer = Answer.read(page.body());
            if (answer.failedCallbacks().isEmpty()) {
                tables.pages().delete(app, page.id());
            } else {
                pulled.add(page.id());
            }
            return answer;
        } catch (UnreadableAnswer e) {
            if (response.status() == 200) {
                pulled.add(page.id());
            } else {
                tables.pages().delete(app, page.id());
            }
            String why = response.cut() == null ? e.getMessage() : response.cut();
            throw ApiFailure.notUnderstood(Call.FAILED_CALLBACKS, response.status(), "but " + why);
        }
    }

    private void save(Page page) {
        unsaved = page;
        try {
            tables.pages().insert(app, page);
        } catch (DataAccessException e) {
            log.error(
                    "The page {} of failed callbacks of the app {} could not be stored. It exists only in this service's"
                            + " memory, and is lost if the service ends before the database is back. It is stored as soon"
                            + " as possible; until then, DingTalk is not called for this app",
                    page.id(),
                    app);
            throw e;
        }
        unsaved = null;
    }

    private void receive(UUID id, Turn turn) throws InterruptedException {
        Page page = tables.pages().find(app, id);
        PageResult result = receiver.receive(app, page, () -> requireTurn(turn));
        tables.pages().update(app, id, result);
        if (result.newEvents() + result.duplicates() > 0) {
            log.info(
                    "Recovered {} events of the app {} that DingTalk could not deliver; {} others were already known",
                    result.newEvents(),
                    app,
                    result.duplicates());
        }
    }

    private void requireTurn(Turn turn) {
        if (isStopping) {
            throw new CancellationException("The service is stopping");
        }
        turn.requireHeld();
    }

    record Tables(RecoveryPolls polls, FailedCallbackPages pages) {}
}
