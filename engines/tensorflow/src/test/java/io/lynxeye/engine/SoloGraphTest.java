package io.lynxeye.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.lynxeye.engine.adapter.ModelGraph;
import io.lynxeye.serving.engine.ModelSignature;
import io.lynxeye.serving.engine.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class SoloGraphTest {

  private final List<String> log = new CopyOnWriteArrayList<>();
  private final Semaphore entered = new Semaphore(0);
  private final List<Future<List<Tensor>>> calls = new ArrayList<>();
  private final CountDownLatch end = new CountDownLatch(1);

  /** A session that notes its calls, which wait for the end of the test. */
  private final class Held implements ModelGraph {

    private final String name;

    Held(String name) {
      this.name = name;
    }

    @Override
    public List<Tensor> run(ModelSignature signature, List<Tensor> inputs) {
      log.add(name);
      entered.release();
      try {
        end.await();
      } catch (InterruptedException e) {
        throw new IllegalStateException(e);
      }
      return List.of();
    }

    @Override
    public void close() {
      log.add("close " + name);
    }
  }

  private void call(SoloGraph graph, ExecutorService callers) throws Exception {
    calls.add(callers.submit(() -> graph.run(null, List.of())));
    entered.acquire();
  }

  @Test
  void aCallThatRunsAloneHasAllCoresAndTheNextOnesShareThem() throws Exception {
    SoloGraph graph = new SoloGraph(new Held("shared"), new Held("solo"), 2);
    ExecutorService callers = Executors.newCachedThreadPool();
    try (graph) {
      call(graph, callers);
      call(graph, callers);
      call(graph, callers);
      assertThat(log).containsExactly("solo", "shared", "shared");
    } finally {
      end.countDown();
      callers.shutdown();
    }
    assertThat(log).endsWith("close solo", "close shared");
  }

  @Test
  void withManyWorkersHalfOfThemAreTooFewToUseAllCores() throws Exception {
    SoloGraph graph = new SoloGraph(new Held("shared"), new Held("solo"), 4);
    ExecutorService callers = Executors.newCachedThreadPool();
    try (graph) {
      call(graph, callers);
      call(graph, callers);
      call(graph, callers);
      assertThat(log).containsExactly("solo", "solo", "shared");
    } finally {
      end.countDown();
      callers.shutdown();
    }
  }

  @Test
  void aCallAfterAnotherIsAloneAgain() throws Exception {
    end.countDown();
    try (SoloGraph graph = new SoloGraph(new Held("shared"), new Held("solo"), 2)) {
      graph.run(null, List.of());
      graph.run(null, List.of());

      assertThat(log).containsExactly("solo", "solo");
      assertThat(graph.sessions()).hasSize(2);
    }
  }
}
