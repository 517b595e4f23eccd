package io.lynxeye.translators.preprocess;

import io.lynxeye.translators.preprocess.Preprocessing.Channel;
import io.lynxeye.translators.preprocess.Preprocessing.ChannelOrder;
import io.lynxeye.translators.preprocess.Preprocessing.Layout;
import io.lynxeye.translators.preprocess.Preprocessing.Resize;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads DJL's image arguments and rejects unsupported ones. */
public final class PreprocessingParser {

  private static final int MAX_SIDE = 8192;
  private static final int SIDE = 224;
  private static final String SEPARATOR = "\\s*,\\s*";

  private static final Pattern SIDES =
      Pattern.compile("([0-9]{1,5})(?:\\s*,\\s*([0-9]{1,5}))?(?:\\s*,.*)?");

  /** DJL's. All are done as antialiased bilinear resizing, the nearest that there is. */
  private static final List<String> INTERPOLATIONS =
      List.of("bilinear", "bicubic", "nearest", "area");

  private static final String IMAGENET = "0.485,0.456,0.406,0.229,0.224,0.225";

  private final Arguments arguments;
  private final int width;
  private final int height;
  private final boolean crop;
  private final boolean fit;

  private PreprocessingParser(Arguments arguments) {
    this.arguments = arguments;
    crop = arguments.flag("centerCrop", false);
    fit = arguments.flag("centerFit", false);
    int[] size = crop || fit ? new int[] {SIDE, SIDE} : sizeOfResize();
    width = arguments.integer("width", size[0], MAX_SIDE);
    height = arguments.integer("height", size[1], MAX_SIDE);
  }

  /** Reads the arguments; the result is valid only if {@link Arguments#check} passes afterwards. */
  public static Preprocessing parse(Arguments arguments) {
    PreprocessingParser parser = new PreprocessingParser(arguments);
    Preprocessing result =
        new Preprocessing(
            parser.width,
            parser.height,
            parser.resize(),
            parser.channels(),
            arguments.choice("channelOrder", ChannelOrder.RGB),
            arguments.choice("layout", Layout.NHWC));
    parser.rejectUnsupported();
    return result;
  }

  /** Without a crop, what the image is resized to is the model's size. */
  private int[] sizeOfResize() {
    Matcher sides = SIDES.matcher(lower("resize"));
    if (!sides.matches()) {
      return new int[] {SIDE, SIDE};
    }
    int columns = Integer.parseInt(sides.group(1));
    return new int[] {columns, sides.group(2) == null ? columns : Integer.parseInt(sides.group(2))};
  }

  private void rejectUnsupported() {
    if (!lower("pad").equals("false")) {
      arguments.problem("pad", "is not supported; use centerFit=true to pad with black");
    }
    if (!arguments.text("flag", "COLOR").equalsIgnoreCase("COLOR")) {
      arguments.problem("flag", "is not supported; only COLOR is");
    }
  }

  private String lower(String key) {
    return arguments.text(key, "false").toLowerCase(Locale.ROOT);
  }

  private Resize resize() {
    String exact = lower("resize");
    String shortSide = lower("resizeShort");
    if (!exact.equals("false") && !shortSide.equals("false")) {
      arguments.problem("resizeShort", "cannot be combined with resize; keep one of them");
    }
    if (!shortSide.equals("false")) {
      return shortSide(shortSide);
    }
    if (!exact.equals("false")) {
      return exact(exact);
    }
    return crop || fit ? new Resize.Keep() : new Resize.Exact(width, height);
  }

  private Resize exact(String text) {
    if (text.equals("true")) {
      return new Resize.Exact(width, height);
    }
    String[] parts = parts("resize", text);
    int toWidth = arguments.integer("resize", parts[0], MAX_SIDE);
    int toHeight = parts.length > 1 ? arguments.integer("resize", parts[1], MAX_SIDE) : toWidth;
    boolean same = toWidth == width && toHeight == height;
    if (!same && !crop && !fit) {
      arguments.problem(
          "resize", "does not give " + size() + "; set width and height to it, or centerCrop=true");
    }
    if (crop && !fit && (toWidth < width || toHeight < height)) {
      arguments.problem("resize", "is smaller than the " + size() + " that centerCrop cuts out");
    }
    return new Resize.Exact(toWidth, toHeight);
  }

  private Resize shortSide(String text) {
    int pixels = Math.max(width, height);
    if (!text.equals("true")) {
      String[] parts = parts("resizeShort", text);
      pixels = arguments.integer("resizeShort", parts[0], MAX_SIDE);
      if (parts.length > 1 && !parts[1].startsWith("-")) {
        arguments.problem("resizeShort", "has a limit for the long side, which is not supported");
      }
    }
    if (!crop && !fit) {
      arguments.problem("resizeShort", "alone does not give " + size() + "; add centerCrop=true");
    }
    if (crop && !fit && pixels < Math.max(width, height)) {
      arguments.problem(
          "resizeShort", "is smaller than the " + size() + " that centerCrop cuts out");
    }
    return new Resize.ShortSide(pixels);
  }

  private String size() {
    return width + " x " + height;
  }

  private String[] parts(String key, String text) {
    String[] parts = text.split(SEPARATOR, -1);
    if (parts.length > 2 && !INTERPOLATIONS.contains(parts[2])) {
      arguments.problem(key, "has an interpolation that is not one of " + INTERPOLATIONS);
    }
    return parts;
  }

  /** DJL's order: toTensor divides by 255, then normalize, then range. */
  private List<Channel> channels() {
    boolean toTensor = arguments.flag("toTensor", true);
    float unit = toTensor ? 255 : 1;
    String range = arguments.text("range", "").replace(" ", "");
    float divisor = 1;
    float shift = 0;
    switch (range) {
      case "" -> {}
      case "0,1" -> divisor = 255;
      case "-1,1" -> {
        divisor = 128;
        shift = -1;
      }
      default -> arguments.problem("range", "must be 0,1 or -1,1");
    }
    if (toTensor && divisor != 1) {
      arguments.problem("range", "would divide twice: set toTensor=false, whose default is true");
    }
    float[] norm = normalization();
    Channel[] channels = new Channel[3];
    for (int c = 0; c < 3; c++) {
      double std = norm[3 + c];
      channels[c] =
          new Channel(
              (float) (1 / (unit * std * divisor)), (float) (-norm[c] / (std * divisor) + shift));
    }
    return List.of(channels);
  }

  private float[] normalization() {
    String text = lower("normalize");
    if (text.equals("false")) {
      text = "0,0,0,1,1,1";
    } else if (text.equals("true")) {
      text = IMAGENET;
    }
    String[] parts = text.split(SEPARATOR, -1);
    if (parts.length != 6) {
      arguments.problem("normalize", "must be true, false or six numbers: mean r,g,b, std r,g,b");
      return new float[] {0, 0, 0, 1, 1, 1};
    }
    float[] numbers = new float[6];
    for (int i = 0; i < 6; i++) {
      numbers[i] = arguments.number("normalize", parts[i]);
      if (i > 2 && numbers[i] == 0) {
        arguments.problem("normalize", "must not have a standard deviation of 0");
        numbers[i] = 1;
      }
    }
    return numbers;
  }
}
