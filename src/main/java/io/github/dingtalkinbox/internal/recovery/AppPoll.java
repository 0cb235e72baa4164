package io.github.dingtalkinbox.internal.recovery;

import io.github.dingtalkinbox.internal.recovery.ApiFailure.Call;
import io.github.dingtalkinbox.internal.recovery.ApiFailure.Reason;
import io.github.dingtalkinbox.internal.recovery.FailedCallbackPages.Page;
import io.github.dingtalkinbox.internal.recovery.FailedCallbackPages.PageResult;
import io.github.dingtalkinbox.internal.recovery.Http.Response;
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
 *   <li>It takes the turn: a row lock, held until the end on a connection of its own.
 *   <li>Pages that an earlier poll left, here or on a node that is gone, are received.
 *   <li>It asks whether it still has the turn, and calls DingTalk.
 *   <li>The answer is stored as it is, in one insert that commits on another connection: not in the transaction of the
 *       turn, which may be lost while the answer is on its way. Before that commit, nothing is called, because each call
 *       makes DingTalk forget the answer to the one before.
 *   <li>If there is more, from 3 on again. Then the new pages are received.
 * </ol>
 *
 * <p>The one gap: an answer that no node has stored and none has in its memory any more. That is one whose service crashed
 * between the answer and the insert, or that was lost on its way through the network. A database that is away in between
 * opens none: the page stays in memory, and nothing is called for this app until it is stored.
 *
 * <p>A node that stalls for so long that its session ends loses the turn, and may have an answer. It stores it when it
 * wakes, and makes no further call: step 3 fails. Should it stall in the middle of step 3, there are two that call for
 * once: each stores what it gets, so nothing is lost, and what both get is received once.
 *
 * <p>For one thread at a time.
 */
final class AppPoll {
    private static final Logger log = LoggerFactory.getLogger(AppPoll.class);

    /** In one poll, so that an API that always has more does not keep the turn for ever. */
    private static final int MOST_PAGES = 50;

    private final String app;
    private final Duration interval;
    private final DingTalkApi api;
    private final PageReceiver receiver;
    private final Tables tables;
    private final Clock clock;
    private volatile @Nullable Page unsaved;
    private volatile boolean isStopping;

    /** @param interval at least as long, by the database's clock, is one poll of the app after the other */
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
     * Polls once, if it is time and no other node polls.
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

    /** Makes the poll that is under way end before its next call or element, and no other one begin. */
    void stop() {
        isStopping = true;
    }

    /** Stores the page that could not be stored before, if there is one. */
    void saveWhatIsUnsaved() {
        Page page = unsaved;
        if (page != null) {
            save(page);
            log.info("The page {} of failed callbacks of the app {} is stored at last", page.id(), app);
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
        if (failure == null) {
            turn.succeeded(pulled.size());
        } else {
            turn.failed(String.valueOf(failure.getMessage()), pulled.size());
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

    /** Calls once, and a second time with another token if DingTalk no longer knows the first. */
    private Answer pullPage(Turn turn, List<UUID> pulled) throws InterruptedException {
        Answer answer = callAndStore(turn, pulled);
        boolean isTokenInvalid = !answer.isSuccess()
                && ApiFailure.of(Call.FAILED_CALLBACKS, answer).reason() == Reason.TOKEN_INVALID;
        if (!isTokenInvalid) {
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
                    "The page {} of failed callbacks of the app {} could not be stored. Nobody else has it: it is in this"
                            + " service's memory, and lost if the service ends before the database is back. It is stored"
                            + " as soon as that is possible, and DingTalk is not called for this app before that",
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
                    "Recovered {} events of the app {} that DingTalk could not deliver; {} more were known already",
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

    /** The tables that a poll needs. */
    record Tables(RecoveryPolls polls, FailedCallbackPages pages) {}
}
