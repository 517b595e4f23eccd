package io.lynxeye.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.lynxeye.config.SecurityConfig;
import io.lynxeye.security.Authenticator;
import io.lynxeye.security.FilePoller;
import io.lynxeye.security.Protection;
import io.lynxeye.security.keys.ApiKeys;
import io.lynxeye.security.keys.KeyFile;
import io.lynxeye.security.keys.KeyHash;
import io.lynxeye.security.keys.NamedKey;
import java.io.IOException;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Both keys are replaced, one after the other, under load: no request fails. */
class KeyRotationTest {

  private static final int CLIENTS = 8;
  private static final int ENOUGH = 200;

  @TempDir private Path folder;

  private final Map<String, NamedKey> keys = new HashMap<>();
  private final AtomicInteger answered = new AtomicInteger();
  private final Set<Integer> statuses = new ConcurrentSkipListSet<>();
  private final List<String> lastKeys = new CopyOnWriteArrayList<>();
  private volatile String inUse;
  private volatile boolean done;

  private String regenerate(String name) throws IOException {
    String key = KeyHash.generateKey();
    keys.put(name, new NamedKey(name, KeyHash.of(key)));
    if (keys.size() == 2) {
      file().write(keys.values());
    }
    return key;
  }

  private KeyFile file() {
    return new KeyFile(folder.resolve("keys"));
  }

  private Protection protection() throws IOException {
    ApiKeys valid = new ApiKeys(List.of(file()));
    Optional<Authenticator> callers = Optional.of(valid);
    return new Protection(
        SecurityConfig.DEFAULT,
        callers,
        callers,
        new FilePoller(Duration.ofMillis(10)).each(valid::reload));
  }

  private int post(TestServer server, String key) {
    return server
        .send(
            server
                .request("/score")
                .POST(BodyPublishers.ofString("7"))
                .header("Authorization", "Bearer " + key))
        .statusCode();
  }

  private void keepPosting(TestServer server, int client) {
    while (!done) {
      String key = inUse;
      statuses.add(post(server, key));
      lastKeys.set(client, key);
      answered.incrementAndGet();
    }
  }

  private void awaitAllUse(String key) {
    Awaitility.await().until(() -> lastKeys.stream().allMatch(key::equals));
  }

  private void awaitTraffic() {
    int from = answered.get();
    Awaitility.await().until(() -> answered.get() >= from + ENOUGH);
  }

  @Test
  void noRequestFailsWhileBothAreReplaced() throws Exception {
    String oldPrimary = regenerate(NamedKey.PRIMARY);
    String oldSecondary = regenerate(NamedKey.SECONDARY);
    inUse = oldPrimary;
    try (TestServer server = TestServer.ready(protection())) {
      List<CompletableFuture<Void>> clients = new ArrayList<>();
      for (int i = 0; i < CLIENTS; i++) {
        int client = i;
        lastKeys.add("");
        clients.add(
            CompletableFuture.runAsync(() -> keepPosting(server, client), this::onOwnThread));
      }
      awaitTraffic();

      String secondary = regenerate(NamedKey.SECONDARY);
      Awaitility.await().until(() -> post(server, secondary) == 200);
      awaitTraffic();
      inUse = secondary;
      awaitAllUse(secondary);
      String primary = regenerate(NamedKey.PRIMARY);
      Awaitility.await().until(() -> post(server, primary) == 200);
      awaitTraffic();

      done = true;
      clients.forEach(CompletableFuture::join);
      assertThat(statuses).containsExactly(200);
      assertThat(post(server, oldPrimary)).isEqualTo(401);
      assertThat(post(server, oldSecondary)).isEqualTo(401);
      assertThat(post(server, primary)).isEqualTo(200);
    }
  }

  private void onOwnThread(Runnable client) {
    new Thread(client, "client").start();
  }
}
