package io.lynxeye.translators;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class BufferPoolTest {

  private final AtomicInteger made = new AtomicInteger();
  private final BufferPool<int[]> spares =
      new BufferPool<>(() -> new int[] {made.incrementAndGet()});

  @Test
  void theBufferReturnedLastIsReusedFirst() {
    int[] first = spares.take();
    int[] second = spares.take();
    spares.giveBack(first);
    spares.giveBack(second);

    assertThat(spares.take()).isSameAs(second);
    assertThat(spares.take()).isSameAs(first);
    assertThat(spares.take()).containsExactly(3);
  }

  @Test
  void threadsNeverShareABufferAndCreateNoMoreThanNeeded() throws Exception {
    Set<int[]> taken = ConcurrentHashMap.newKeySet();
    AtomicInteger shared = new AtomicInteger();
    ExecutorService pool = Executors.newFixedThreadPool(4);
    List<Future<?>> tasks = new ArrayList<>();
    for (int i = 0; i < 400; i++) {
      tasks.add(
          pool.submit(
              () -> {
                int[] mine = spares.take();
                shared.addAndGet(taken.add(mine) ? 0 : 1);
                taken.remove(mine);
                spares.giveBack(mine);
              }));
    }
    for (Future<?> task : tasks) {
      task.get();
    }
    pool.shutdown();

    assertThat(shared).hasValue(0);
    assertThat(made).hasValueBetween(1, 4);
  }
}
