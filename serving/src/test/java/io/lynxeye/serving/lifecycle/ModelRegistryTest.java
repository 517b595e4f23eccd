package io.lynxeye.serving.lifecycle;

import static org.assertj.core.api.Assertions.assertThat;

import io.lynxeye.serving.batching.BatchPolicy;
import io.lynxeye.serving.fakes.FakeClock;
import io.lynxeye.serving.fakes.FakeModel;
import io.lynxeye.serving.model.ModelId;
import io.lynxeye.serving.model.VersionChoice;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(30)
class ModelRegistryTest {

  private final ModelRegistry registry = new ModelRegistry();

  private ServedModel put(String name, long version) {
    ServedModel model =
        new ServedModel(
            new FakeModel(new ModelId(name, version)),
            new BatchPolicy(1, Duration.ZERO, 1, 1),
            new FakeClock());
    registry.put(model);
    return model;
  }

  @AfterEach
  void close() throws InterruptedException {
    for (ServedModel model : registry.all()) {
      model.drainAndClose(Duration.ofSeconds(10));
    }
  }

  private Optional<ModelId> find(String name) {
    return registry.find(name, VersionChoice.newest()).map(ServedModel::id);
  }

  private Optional<ModelId> find(String name, long version) {
    return registry.find(name, new VersionChoice.Exactly(version)).map(ServedModel::id);
  }

  @Test
  void findsTheNewestVersionByNumber() {
    put("m", 2);
    put("m", 10);
    put("m", 9);

    assertThat(find("m")).contains(new ModelId("m", 10));
  }

  @Test
  void findsAnExactVersion() {
    put("m", 1);
    put("m", 3);

    assertThat(find("m", 1)).contains(new ModelId("m", 1));
    assertThat(find("m", 2)).isEmpty();
    assertThat(find("m", 4)).isEmpty();
  }

  @Test
  void findsTheLargestPossibleVersion() {
    put("m", Long.MAX_VALUE);

    assertThat(find("m")).contains(new ModelId("m", Long.MAX_VALUE));
    assertThat(find("m", Long.MAX_VALUE)).isPresent();
  }

  @Test
  void doesNotFindAModelWithANeighbouringName() {
    put("a", 1);
    put("m", 1);

    assertThat(find("b")).isEmpty();
    assertThat(find("m2")).isEmpty();
    assertThat(find("M")).isEmpty();
    assertThat(find("")).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", " ", "..", "../m", "m/1", "ä", "m\n", "m\0", "-m"})
  void doesNotFindAnInvalidName(String name) {
    put("m", 1);

    assertThat(find(name)).isEmpty();
    assertThat(find(name, 1)).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(longs = {0, -1, Long.MIN_VALUE})
  void doesNotFindAnInvalidVersion(long version) {
    put("m", 1);

    assertThat(find("m", version)).isEmpty();
  }

  @Test
  void findsTheNextOlderVersionAfterARemoval() {
    put("m", 1);
    ServedModel newest = put("m", 2);

    assertThat(registry.remove(newest.id())).contains(newest);

    assertThat(find("m")).contains(new ModelId("m", 1));
    assertThat(registry.remove(newest.id())).isEmpty();
  }

  @Test
  void readersAlwaysFindAVersionDuringASwap() {
    List<ServedModel> versions = IntStream.rangeClosed(1, 2).mapToObj(v -> put("m", v)).toList();
    AtomicBoolean stop = new AtomicBoolean();
    List<CompletableFuture<Boolean>> readers =
        IntStream.range(0, 4)
            .mapToObj(
                i ->
                    CompletableFuture.supplyAsync(
                        () -> {
                          boolean always = true;
                          while (!stop.get()) {
                            always &= find("m").isPresent() && !registry.all().isEmpty();
                          }
                          return always;
                        },
                        work -> new Thread(work).start()))
            .toList();

    for (int i = 0; i < 10_000; i++) {
      ServedModel old = versions.get(i % 2);
      registry.remove(old.id());
      registry.put(old);
    }
    stop.set(true);

    assertThat(readers).allSatisfy(r -> assertThat(r).succeedsWithin(Duration.ofSeconds(10)));
    assertThat(readers).allSatisfy(reader -> assertThat(reader.join()).isTrue());
  }
}
