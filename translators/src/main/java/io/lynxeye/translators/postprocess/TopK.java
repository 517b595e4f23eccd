package io.lynxeye.translators.postprocess;

/** Finds the highest scores. */
public final class TopK {

  private TopK() {}

  /**
   * Finds the {@code k} highest of {@code length} scores from {@code offset} on. Equal scores are
   * ordered by index; NaN is worse than any number. Takes O(length log k) time and no memory but
   * the result.
   *
   * @param k number of scores; more than {@code length} means all, less than 0 means none
   * @return their indices relative to {@code offset}, best first
   */
  public static int[] indices(float[] scores, int offset, int length, int k) {
    int[] heap = new int[Math.max(0, Math.min(k, length))];
    for (int i = 0; i < heap.length; i++) {
      heap[i] = i;
    }
    // The root is the worst score kept, so that a new score only has to beat the root.
    for (int i = heap.length / 2 - 1; i >= 0; i--) {
      sink(heap, i, heap.length, scores, offset);
    }
    for (int i = heap.length; i < length && heap.length > 0; i++) {
      if (isBetter(scores, offset, i, heap[0])) {
        heap[0] = i;
        sink(heap, 0, heap.length, scores, offset);
      }
    }
    for (int last = heap.length - 1; last > 0; last--) {
      int worst = heap[0];
      heap[0] = heap[last];
      heap[last] = worst;
      sink(heap, 0, last, scores, offset);
    }
    return heap;
  }

  private static void sink(int[] heap, int at, int size, float[] scores, int offset) {
    int parent = at;
    while (2 * parent + 1 < size) {
      int child = 2 * parent + 1;
      if (child + 1 < size && isBetter(scores, offset, heap[child], heap[child + 1])) {
        child++;
      }
      if (isBetter(scores, offset, heap[child], heap[parent])) {
        return;
      }
      int swap = heap[parent];
      heap[parent] = heap[child];
      heap[child] = swap;
      parent = child;
    }
  }

  private static boolean isBetter(float[] scores, int offset, int a, int b) {
    float scoreA = scores[offset + a];
    float scoreB = scores[offset + b];
    if (scoreA == scoreB || (Float.isNaN(scoreA) && Float.isNaN(scoreB))) {
      return a < b;
    }
    return scoreA > scoreB || Float.isNaN(scoreB);
  }
}
