package io.lynxeye.aks;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Access to a parsed YAML document by paths. */
final class Tree {

  private Tree() {}

  /** Returns the value at a path of keys and indices, or null. */
  static Object at(Object from, Object... path) {
    Object here = from;
    for (Object step : path) {
      if (step instanceof Integer index && here instanceof List<?> list && index < list.size()) {
        here = list.get(index);
      } else if (here instanceof Map<?, ?> map) {
        here = map.get(step);
      } else {
        return null;
      }
    }
    return here;
  }

  @SuppressWarnings("unchecked") // YAML's keys are strings here.
  static Map<String, Object> map(Object value) {
    return value instanceof Map<?, ?> ? (Map<String, Object>) value : new LinkedHashMap<>();
  }

  @SuppressWarnings("unchecked")
  static List<Object> list(Object value) {
    return value instanceof List<?> ? (List<Object>) value : List.of();
  }

  static List<Map<String, Object>> maps(Object value) {
    return list(value).stream().map(Tree::map).toList();
  }
}
