package io.lynxeye.serving.layout;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * Hugging Face's {@code preprocessor_config.json} of an image processor, as manifest keys. They are
 * given only if they do exactly the same.
 */
final class PreprocessorConfig {

  private static final double BILINEAR = 2;
  private static final double RESCALE = 1.0 / 255;
  private static final double TINY = 1e-9;

  /** Steps with which the keys would not do the same; they are absent or false. */
  private static final List<String> OTHER_STEPS =
      List.of(
          "do_pad",
          "do_flip_channel_order",
          "do_reduce_labels",
          "do_thumbnail",
          "do_align_long_axis",
          "rescale_offset",
          "do_split_image",
          "include_top");

  private final Map<?, ?> config;
  private final Map<String, String> keys = new TreeMap<>();
  private final Map<String, String> obstacles = new LinkedHashMap<>();

  PreprocessorConfig(Map<?, ?> config) {
    this.config = config;
    for (String step : OTHER_STEPS) {
      if (Boolean.TRUE.equals(config.get(step))) {
        obstacles.put(step, "true");
      }
    }
    resize();
    scale();
  }

  /** The keys; valid only without an {@link #obstacle}. */
  Map<String, String> keys() {
    return keys;
  }

  /** What has no equal here, such as {@code resample=3}; empty if the keys are exact. */
  Optional<String> obstacle() {
    return obstacles.isEmpty()
        ? Optional.empty()
        : Optional.of(
            obstacles.entrySet().stream()
                .map(entry -> entry.getKey() + "=" + entry.getValue())
                .collect(Collectors.joining(", ")));
  }

  private void resize() {
    Map<?, ?> size = size("size");
    boolean isResized = is("do_resize", config.containsKey("size"));
    boolean isCropped = is("do_center_crop", false);
    Map<?, ?> result =
        isCropped ? size(config.containsKey("crop_size") ? "crop_size" : "size") : size;
    String width = pixels(result, "width");
    String height = pixels(result, "height");
    if (isResized && number("resample", BILINEAR) != BILINEAR) {
      obstacles.put("resample", whole(number("resample", BILINEAR)));
    }
    if (config.get("crop_pct") != null) {
      obstacles.put("crop_pct", config.get("crop_pct").toString());
    }
    if (width.isEmpty() || height.isEmpty()) {
      obstacles.put(isCropped ? "crop_size" : "size", String.valueOf(config.get("size")));
      return;
    }
    keys.put("width", width);
    keys.put("height", height);
    if (isCropped) {
      keys.put("centerCrop", "true");
    }
    if (isResized && !pixels(size, "shortest_edge").isEmpty()) {
      keys.put("resizeShort", pixels(size, "shortest_edge"));
    } else if (isResized && isCropped) {
      keys.put("resize", pixels(size, "width") + "," + pixels(size, "height"));
    } else if (isResized) {
      keys.put("resize", "true");
    } else if (!isCropped) {
      obstacles.put("do_resize", "false");
    }
  }

  /**
   * A number alone is a square. Where a crop follows, it is the short edge for some processors, so
   * that nothing is known.
   */
  private Map<?, ?> size(String field) {
    Object size = config.get(field);
    if (size instanceof Number number) {
      if (field.equals("size") && is("do_center_crop", false)) {
        obstacles.put(field, whole(number.doubleValue()));
      }
      return Map.of("width", number, "height", number);
    }
    return size instanceof Map<?, ?> map ? map : Map.of();
  }

  private void scale() {
    boolean isScaled = is("do_rescale", true);
    if (isScaled && Math.abs(number("rescale_factor", RESCALE) - RESCALE) > TINY) {
      obstacles.put("rescale_factor", config.get("rescale_factor").toString());
    }
    keys.put("toTensor", Boolean.toString(isScaled));
    if (is("do_normalize", config.containsKey("image_mean"))) {
      String mean = numbers("image_mean");
      String deviation = numbers("image_std");
      if (mean.isEmpty() || deviation.isEmpty()) {
        obstacles.put("do_normalize", "true without three means and deviations");
      }
      keys.put("normalize", mean + "," + deviation);
    }
  }

  private String numbers(String field) {
    return config.get(field) instanceof List<?> list && list.size() == 3
        ? list.stream().map(PreprocessorConfig::decimal).collect(Collectors.joining(","))
        : "";
  }

  private static String decimal(Object value) {
    return value instanceof Number number ? "" + number.doubleValue() : "" + value;
  }

  private boolean is(String field, boolean otherwise) {
    return config.get(field) instanceof Boolean value ? value : otherwise;
  }

  private double number(String field, double otherwise) {
    return config.get(field) instanceof Number value ? value.doubleValue() : otherwise;
  }

  private static String pixels(Map<?, ?> size, String edge) {
    return size.get(edge) instanceof Number number ? whole(number.doubleValue()) : "";
  }

  private static String whole(double number) {
    return Long.toString(Math.round(number));
  }
}
