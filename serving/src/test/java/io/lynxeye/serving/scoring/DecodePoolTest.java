package io.lynxeye.serving.scoring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lynxeye.serving.admission.Permit;
import io.lynxeye.serving.admission.PreparedLimiter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.Semaphore;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class DecodePoolTest {

  private static final Duration SOON = Duration.ofSeconds(10);

  private final DecodePool pool = new DecodePool(1, Integer.MAX_VALUE);
  private final PreparedLimiter any = new PreparedLimiter(() -> Integer.MAX_VALUE);
  private final Semaphore gate = new Semaphore(0);
  private final List<String> done = Collections.synchronizedList(new ArrayList<>());

  @AfterEach
  void end() throws InterruptedException {
    gate.release(1000);
    pool.shutdown();
    assertThat(pool.awaitEnd(SOON)).isTrue();
  }

  private CompletableFuture<Void> decode(String model, String name) {
    CompletableFuture<Void> answer = new CompletableFuture<>();
    pool.execute(model, any, answer, permit -> done.add(name));
    return answer;
  }

  /** Keeps the only thread busy until the gate opens. */
  private void occupy() throws InterruptedException {
    Semaphore entered = new Semaphore(0);
    pool.execute(
        "busy",
        any,
        new CompletableFuture<>(),
        permit -> {
          entered.release();
          gate.acquireUninterruptibly();
        });
    entered.acquire();
  }

  private void finish() throws InterruptedException {
    gate.release();
    pool.shutdown();
    assertThat(pool.awaitEnd(SOON)).isTrue();
  }

  private static void assertWaits(CompletableFuture<Void> answer) {
    assertThat(answer).isNotDone();
  }

  @Test
  void aFloodOfOneModelDelaysAnotherByOneDecode() throws InterruptedException {
    occupy();
    for (int i = 0; i < 200; i++) {
      assertWaits(decode("a", "a" + i));
    }
    assertWaits(decode("b", "b0"));

    finish();

    assertThat(done).hasSize(201).startsWith("a0", "b0", "a1", "a2");
  }

  @Test
  void modelsTakeTurnsAndKeepTheirOwnOrder() throws InterruptedException {
    occupy();
    for (String name : List.of("a0", "a1", "a2", "b0", "b1", "c0")) {
      assertWaits(decode(name.substring(0, 1), name));
    }

    finish();

    assertThat(done).containsExactly("a0", "b0", "c0", "a1", "b1", "a2");
  }

  @Test
  void aCancelledTaskIsRemoved() throws InterruptedException {
    occupy();
    assertWaits(decode("a", "a0"));
    CompletableFuture<Void> gone = decode("a", "a1");
    assertWaits(decode("b", "b0"));
    CompletableFuture<Void> lone = decode("c", "c0");
    assertWaits(decode("a", "a2"));

    gone.cancel(false);
    lone.cancel(false);
    finish();

    assertThat(done).containsExactly("a0", "b0", "a2");
  }

  @Test
  void aTaskWhoseAnswerIsCompleteIsSkipped() throws InterruptedException {
    pool.execute("a", any, CompletableFuture.completedFuture(null), permit -> done.add("late"));

    finish();

    assertThat(done).isEmpty();
  }

  /** Two permits: the third image waits as a file until one of the first two is released. */
  @Test
  void decodesAheadOnlyAsFarAsPreparedInputsMayGo() {
    PreparedLimiter two = new PreparedLimiter(() -> 2);
    List<Permit> held = Collections.synchronizedList(new ArrayList<>());
    for (int i = 0; i < 4; i++) {
      pool.execute("a", two, new CompletableFuture<>(), held::add);
    }
    Awaitility.await().until(() -> held.size() == 2);

    CompletableFuture<Void> other = new CompletableFuture<>();
    pool.execute("b", any, new CompletableFuture<>(), permit -> other.complete(null));

    assertThat(other).succeedsWithin(SOON); // Another model is not held back.
    assertThat(held).hasSize(2);
    held.get(0).close();
    Awaitility.await().until(() -> held.size() == 3);
    assertThat(two.inUse()).isEqualTo(2);
    held.get(0).close(); // Again: changes nothing.
    assertThat(two.inUse()).isEqualTo(2);
    held.get(1).close();
    Awaitility.await().until(() -> held.size() == 4);
  }

  /** Two of all models together; each may have one. */
  @Test
  void preparedInputsOfAllModelsAreLimitedTogether() throws InterruptedException {
    DecodePool two = new DecodePool(1, 2);
    PreparedLimiter other = new PreparedLimiter(() -> Integer.MAX_VALUE);
    List<Permit> held = Collections.synchronizedList(new ArrayList<>());
    List<Permit> heldOfOther = Collections.synchronizedList(new ArrayList<>());
    for (int i = 0; i < 4; i++) {
      two.execute("a", any, new CompletableFuture<>(), held::add);
    }
    Awaitility.await().until(() -> held.size() == 2);
    for (int i = 0; i < 2; i++) {
      two.execute("b", other, new CompletableFuture<>(), heldOfOther::add);
    }
    Awaitility.await().until(() -> heldOfOther.size() == 1);

    heldOfOther.get(0).close(); // Two remain: b may have one again.
    Awaitility.await().until(() -> heldOfOther.size() == 2);
    assertThat(held).hasSize(2);
    heldOfOther.get(1).close();
    held.get(0).close();
    held.get(1).close();

    Awaitility.await().until(() -> held.size() == 4);
    two.shutdown();
    assertThat(two.awaitEnd(SOON)).isTrue();
  }

  @Test
  void tasksThatWaitForAPermitRunAfterAShutdown() throws InterruptedException {
    PreparedLimiter one = new PreparedLimiter(() -> 1);
    List<Permit> held = Collections.synchronizedList(new ArrayList<>());
    pool.execute("a", one, new CompletableFuture<>(), held::add);
    pool.execute("a", one, new CompletableFuture<>(), held::add);
    Awaitility.await().until(() -> held.size() == 1);

    pool.shutdown();
    held.get(0).close();

    assertThat(pool.awaitEnd(SOON)).isTrue();
    assertThat(held).hasSize(2);
  }

  @Test
  void aShutdownFinishesAcceptedTasksAndRejectsLaterOnes() throws InterruptedException {
    occupy();
    assertWaits(decode("a", "a0"));
    pool.shutdown();

    assertThatThrownBy(() -> decode("a", "too late"))
        .isInstanceOf(RejectedExecutionException.class);
    finish();

    assertThat(done).containsExactly("a0");
  }

  @Test
  void aFailingTaskDoesNotEndItsThread() throws InterruptedException {
    pool.execute(
        "a",
        any,
        new CompletableFuture<>(),
        permit -> {
          throw new ExpectedFailure();
        });
    assertWaits(decode("a", "next"));

    finish();

    assertThat(done).containsExactly("next");
  }

  /** An error without a stack trace, so that the console stays clean. */
  private static final class ExpectedFailure extends RuntimeException {
    private static final long serialVersionUID = 1L;

    ExpectedFailure() {
      super("expected", null, false, false);
    }
  }

  @Test
  void namesItsThreads() throws InterruptedException {
    DecodePool perCore = DecodePool.perCore();
    Set<String> names = ConcurrentHashMap.newKeySet();
    for (int i = 0; i < 100; i++) {
      perCore.execute(
          "m" + i % 3,
          any,
          new CompletableFuture<>(),
          permit -> names.add(Thread.currentThread().getName()));
    }
    perCore.shutdown();

    assertThat(perCore.awaitEnd(SOON)).isTrue();
    assertThat(names)
        .hasSizeLessThanOrEqualTo(Runtime.getRuntime().availableProcessors())
        .isNotEmpty() // One thread may have run all of them.
        .allMatch(name -> name.matches("decode-\\d+"));
  }
}
