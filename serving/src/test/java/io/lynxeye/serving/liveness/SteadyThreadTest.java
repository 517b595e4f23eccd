package io.lynxeye.serving.liveness;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class SteadyThreadTest {

  private static final Duration SHORT = Duration.ofMillis(1);

  private final List<Throwable> failures = new CopyOnWriteArrayList<>();

  private static void assertRepeats(Consumer<Throwable> failures) throws InterruptedException {
    CountDownLatch runs = new CountDownLatch(3);
    try (SteadyThread thread = new SteadyThread("steady", failures)) {
      thread.repeat(Duration.ZERO, SHORT, () -> fail(runs));

      assertThat(runs.await(50, TimeUnit.SECONDS)).isTrue();
      assertThat(thread.isAlive()).isTrue();
    }
  }

  private static void fail(CountDownLatch runs) {
    runs.countDown();
    throw new NoClassDefFoundError("no such class");
  }

  /** The JDK's executor would run it once and never again, without a word. */
  @Test
  void anErrorDoesNotEndTheSchedule() throws Exception {
    assertRepeats(failures::add);

    assertThat(failures).hasSizeGreaterThanOrEqualTo(2).allMatch(LinkageError.class::isInstance);
  }

  @Test
  void neitherDoesAFailureToReportIt() throws Exception {
    assertRepeats(
        failure -> {
          throw new OutOfMemoryError("again");
        });
  }

  @Test
  void aThreadThatDiesIsReplaced() throws Exception {
    CountDownLatch runs = new CountDownLatch(3);
    try (SteadyThread thread = new SteadyThread("steady", failures::add)) {
      thread.repeat(Duration.ZERO, SHORT, runs::countDown);
      thread.execute(
          () -> {
            Thread.currentThread().setUncaughtExceptionHandler((dead, why) -> {});
            throw new StackOverflowError();
          });

      assertThat(runs.await(50, TimeUnit.SECONDS)).isTrue();
      assertThat(thread.isAlive()).isTrue();
    }
  }

  @Test
  void itIsAliveBeforeItsFirstTaskAndAfterItWasClosed() {
    SteadyThread thread = new SteadyThread("steady", failures::add);
    assertThat(thread.isAlive()).isTrue();
    thread.repeat(Duration.ZERO, SHORT, () -> {});
    thread.close();
    assertThat(thread.isAlive()).isTrue();
  }
}
