package io.lynxeye.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.lynxeye.serving.fakes.FakeLoader;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Versions are replaced while eight clients send images without a pause: no request is lost. */
@Timeout(120)
class HotSwapTest {

  private static final int CLIENTS = 8;
  private static final int SWAPS = 60;

  private final TestServer server = TestServer.ready();
  private final AtomicBoolean over = new AtomicBoolean();
  private final AtomicInteger answered = new AtomicInteger();
  private final Queue<String> wrong = new ConcurrentLinkedQueue<>();

  @AfterEach
  void stop() {
    server.close();
  }

  private void send(String path) {
    while (!over.get()) {
      HttpResponse<String> answer =
          server.send(server.request(path).POST(BodyPublishers.ofString("7")));
      if (answer.statusCode() == 200 && answer.body().contains("label 7")) {
        answered.incrementAndGet();
      } else {
        wrong.add(answer.statusCode() + " " + answer.body());
      }
    }
  }

  private void whileClientsSend(String path, Runnable changes) throws InterruptedException {
    List<Thread> clients = new ArrayList<>();
    for (int i = 0; i < CLIENTS; i++) {
      Thread client = new Thread(() -> send(path));
      client.start();
      clients.add(client);
    }
    changes.run();
    over.set(true);
    for (Thread client : clients) {
      client.join();
    }
  }

  @Test
  void noRequestIsLostWhenVersionsAreReplaced() throws InterruptedException {
    whileClientsSend(
        "/score",
        () -> {
          for (int version = 2; version <= SWAPS; version++) {
            int before = answered.get();
            server.server().reconcile(FakeLoader.store(FakeLoader.source("fake", version))).join();
            awaitAnswersAfter(before);
          }
        });

    assertThat(wrong).isEmpty();
    assertThat(server.loader().model("fake", SWAPS).isClosed()).isFalse();
    for (int version = 1; version < SWAPS; version++) {
      assertThat(server.loader().model("fake", version).isClosed()).isTrue();
    }
    assertThat(server.server().statuses()).hasSize(1);
  }

  /** Lets every version answer some requests before it is replaced. */
  private void awaitAnswersAfter(int before) {
    Awaitility.await().until(() -> answered.get() > before + CLIENTS);
  }
}
