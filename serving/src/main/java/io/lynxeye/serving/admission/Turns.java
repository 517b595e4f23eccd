package io.lynxeye.serving.admission;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * What waits, in one line per model. Models take turns, so that a flood of one does not delay the
 * others; a line keeps its order. Not thread-safe.
 */
public final class Turns<T> {

  /** The lines in the order of the models' turns; only models with something that waits. */
  private final Map<String, Deque<T>> lines = new LinkedHashMap<>();

  /** Adds to the end of a model's line. */
  public void add(String model, T item) {
    lines.computeIfAbsent(model, name -> new ArrayDeque<>()).addLast(item);
  }

  /** Removes an item; returns whether it still waited. */
  public boolean remove(String model, T item) {
    Deque<T> line = lines.get(model);
    boolean waited = line != null && line.remove(item);
    if (waited && line.isEmpty()) {
      lines.remove(model);
    }
    return waited;
  }

  /**
   * Takes the first item of the first line whose first item may go; its model then goes to the end.
   *
   * @param mayGo asked for the first item of each line until it says yes
   */
  public Optional<T> poll(Predicate<? super T> mayGo) {
    Iterator<Map.Entry<String, Deque<T>>> turns = lines.entrySet().iterator();
    while (turns.hasNext()) {
      Map.Entry<String, Deque<T>> turn = turns.next();
      String model = turn.getKey();
      Deque<T> line = turn.getValue();
      if (mayGo.test(line.peekFirst())) {
        turns.remove();
        T item = line.removeFirst();
        if (!line.isEmpty()) {
          lines.put(model, line);
        }
        return Optional.of(item);
      }
    }
    return Optional.empty();
  }

  public boolean isEmpty() {
    return lines.isEmpty();
  }
}
