package io.lynxeye.aks;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** One Kubernetes object as a tree of maps, lists and values. */
record KubeObject(Map<String, Object> tree) {

  String kind() {
    return text("kind");
  }

  String name() {
    return text("metadata", "name");
  }

  /** Returns the value at a path of keys and indices, or null. */
  Object at(Object... path) {
    return Tree.at(tree, path);
  }

  String text(Object... path) {
    Object value = at(path);
    return value == null ? "" : value.toString();
  }

  int number(Object... path) {
    return at(path) instanceof Number number ? number.intValue() : -1;
  }

  Map<String, Object> map(Object... path) {
    return Tree.map(at(path));
  }

  List<Map<String, Object>> maps(Object... path) {
    return Tree.maps(at(path));
  }

  /** Changes or adds a value; null removes it. The parent must exist. */
  void put(Object value, Object... path) {
    Object parent = at(List.of(path).subList(0, path.length - 1).toArray());
    Object last = path[path.length - 1];
    if (last instanceof Integer index) {
      Tree.list(parent).set(index, value);
    } else if (value == null) {
      Tree.map(parent).remove(last);
    } else {
      Tree.map(parent).put((String) last, value);
    }
  }

  KubeObject copy() {
    return new KubeObject(Tree.map(deep(tree)));
  }

  private static Object deep(Object value) {
    if (value instanceof Map<?, ?> map) {
      Map<String, Object> copy = new LinkedHashMap<>();
      map.forEach((key, item) -> copy.put((String) key, deep(item)));
      return copy;
    }
    if (value instanceof List<?> list) {
      return new ArrayList<>(list.stream().map(KubeObject::deep).toList());
    }
    return value;
  }

  @Override
  public String toString() {
    return kind() + "/" + name();
  }
}
