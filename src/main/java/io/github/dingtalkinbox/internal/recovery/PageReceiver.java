package io.github.dingtalkinbox.internal.recovery;

import io.github.dingtalkinbox.DatabaseUnavailable;
import io.github.dingtalkinbox.Delivery;
import io.github.dingtalkinbox.Event;
import io.github.dingtalkinbox.NotAnEvent;
import io.github.dingtalkinbox.Outcome;
import io.github.dingtalkinbox.Receiver;
import io.github.dingtalkinbox.Transport;
import io.github.dingtalkinbox.internal.identity.EventReader;
import io.github.dingtalkinbox.internal.json.JsonReading.NotJson;
import io.github.dingtalkinbox.internal.json.JsonText;
import io.github.dingtalkinbox.internal.recovery.FailedCallbackPages.Page;
import io.github.dingtalkinbox.internal.recovery.FailedCallbackPages.PageResult;
import io.github.dingtalkinbox.internal.text.Printable;
import io.github.dingtalkinbox.internal.transaction.EventContext;
import io.github.dingtalkinbox.internal.transaction.LoggedFailure;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Hands the elements of a page to the receiver, each as a delivery of its own: one that cannot be read or received does
 * not hold up the others.
 */
record PageReceiver(EventReader reader, Receiver receiver) {
    private static final Logger log = LoggerFactory.getLogger(PageReceiver.class);

    /**
     * Receives the elements that have not been received yet.
     *
     * @param beforeEach run before every element; what it throws ends the page
     * @throws DatabaseUnavailable if the database cannot be reached: the whole page has to be received again
     */
    PageResult receive(String app, Page page, Runnable beforeEach) throws InterruptedException {
        List<JsonText> elements;
        try {
            elements = Answer.read(page.body()).failedCallbacks();
        } catch (UnreadableAnswer e) {
            log.error(
                    "The page {} of failed callbacks of the app {} cannot be read: {}. None of its events was received."
                            + " Its text is kept in failed_callback_pages.body",
                    page.id(),
                    app,
                    Printable.line(String.valueOf(e.getMessage())));
            return new PageResult(0, 0, 0, List.of(), e.getMessage());
        }
        List<Integer> waiting = page.waiting();
        List<Integer> positions =
                waiting == null ? IntStream.range(0, elements.size()).boxed().toList() : waiting;
        Delivery delivery = new Delivery(Transport.POLL, page.receivedAt(), null);
        PageTally tally = new PageTally(app, page);
        for (int position : positions) {
            beforeEach.run();
            Event event = read(app, elements.get(position), delivery, position, tally);
            if (event != null) {
                receive(event, position, tally);
            }
        }
        return tally.result();
    }

    private @Nullable Event read(String app, JsonText element, Delivery delivery, int position, PageTally tally) {
        try {
            return FailedCallback.read(element).event(app, reader, delivery);
        } catch (UnreadableAnswer | NotAnEvent | NotJson e) {
            tally.unreadable(position, String.valueOf(e.getMessage()));
            return null;
        }
    }

    private void receive(Event event, int position, PageTally tally) throws InterruptedException {
        EventContext before = EventContext.enter(List.of(event));
        try {
            receiver.receive(List.of(event)).forEach(tally::received);
        } catch (DatabaseUnavailable | InterruptedException e) {
            throw e;
        } catch (Exception e) {
            tally.failed(event, position, e);
        } finally {
            before.restore();
        }
    }

    private static final class PageTally {
        private final String app;
        private final Page page;
        private final List<Outcome> outcomes = new ArrayList<>();
        private final List<Integer> waiting = new ArrayList<>();
        private final List<String> problems = new ArrayList<>();

        private PageTally(String app, Page page) {
            this.app = app;
            this.page = page;
        }

        void received(Outcome outcome) {
            outcomes.add(outcome);
        }

        void unreadable(int position, String why) {
            problems.add("Element " + position + " " + why);
            log.error(
                    "Element {} of the page {} of failed callbacks of the app {} is not an event: it {}. Its text is kept"
                            + " only in failed_callback_pages.body",
                    position,
                    page.id(),
                    app,
                    Printable.line(why));
        }

        void failed(Event event, int position, Exception failure) {
            waiting.add(position);
            log.error(
                    "{}: pulled from the failed callbacks, but could not be received. It waits in failed_callback_pages"
                            + " (page {}, element {}); the next poll tries again. {}",
                    Printable.line(event.id()),
                    page.id(),
                    position,
                    LoggedFailure.inWords(failure),
                    LoggedFailure.trace(failure));
        }

        PageResult result() {
            int duplicates = (int) outcomes.stream()
                    .filter(o -> o instanceof Outcome.Duplicate)
                    .count();
            return new PageResult(
                    outcomes.size() - duplicates,
                    duplicates,
                    problems.size(),
                    waiting,
                    problems.isEmpty() ? null : problems.get(0));
        }
    }
}
