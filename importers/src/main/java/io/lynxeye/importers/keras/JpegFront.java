package io.lynxeye.importers.keras;

import java.nio.ByteBuffer;
import org.tensorflow.proto.AttrValue;
import org.tensorflow.proto.DataType;
import org.tensorflow.proto.FunctionDef;
import org.tensorflow.proto.NameAttrList;
import org.tensorflow.proto.NodeDef;
import org.tensorflow.proto.OpDef;

/**
 * The nodes that turn JPEG bytes into pixels. Decoding and resizing run per image, because sizes
 * differ within a batch, in a function that {@code MapDefun} calls; the rest runs once per batch.
 *
 * <p>One {@code ScaleAndTranslate} both resizes and crops: its antialiased triangle kernel is
 * Pillow's bilinear filter, and only what the crop keeps is computed. Lengths and offsets follow
 * torchvision: the long side is truncated, the offset is rounded half to even. An EXIF orientation
 * is not honoured.
 */
final class JpegFront {
  private static final String FUNCTION = "decode_jpeg";

  private final Graph graph;
  private final Preprocessing preprocessing;
  private final FunctionDef.Builder body = FunctionDef.newBuilder();

  JpegFront(Graph graph, Preprocessing preprocessing) {
    this.graph = graph;
    this.preprocessing = preprocessing;
  }

  /** Adds all nodes after {@code imageBytes}, a string tensor of shape [batch]. */
  Tensor write(String imageBytes) {
    graph.add(imageFunction());
    AttrValue shapes =
        AttrValue.newBuilder()
            .setList(
                AttrValue.ListValue.newBuilder()
                    .addShape(Op.shape(preprocessing.height(), preprocessing.width(), 3)))
            .build();
    AttrValue function =
        AttrValue.newBuilder().setFunc(NameAttrList.newBuilder().setName(FUNCTION)).build();
    String node =
        graph.add(
            Op.of("MapDefun", "preprocess/images", imageBytes)
                .types("Targuments", DataType.DT_STRING)
                .types("Tcaptured")
                .types("output_types", DataType.DT_FLOAT)
                .attr("output_shapes", shapes)
                .attr("f", function)
                .number("max_intra_op_parallelism", 0)
                .build());
    return normalise(new Tensor(node, 4, 3));
  }

  private Tensor normalise(Tensor images) {
    boolean reversed = preprocessing.channelOrder() == Preprocessing.ChannelOrder.BGR;
    Tensor ordered = images;
    if (reversed) {
      String axis = graph.add(Op.vector("preprocess/channel_axis", 3));
      ordered =
          graph.add(
              images,
              Op.of("ReverseV2", "preprocess/channels", images.node(), axis)
                  .type("T", DataType.DT_FLOAT)
                  .type("Tidx", DataType.DT_INT32));
    }
    ByteBuffer means = Op.littleEndian(3);
    ByteBuffer deviations = Op.littleEndian(3);
    for (int i = 0; i < 3; i++) {
      int channel = reversed ? 2 - i : i;
      means.putFloat(preprocessing.mean().get(channel));
      deviations.putFloat(preprocessing.std().get(channel));
    }
    String mean = graph.constant("preprocess/mean", means.flip(), 3);
    String deviation = graph.constant("preprocess/std", deviations.flip(), 3);
    Op centred = Op.of("Sub", "preprocess/centred", ordered.node(), mean);
    Tensor difference = graph.add(ordered, centred.type("T", DataType.DT_FLOAT));
    Op scaled = Op.of("RealDiv", "preprocess/pixels", difference.node(), deviation);
    return graph.add(ordered, scaled.type("T", DataType.DT_FLOAT));
  }

  private FunctionDef imageFunction() {
    body.setSignature(
            OpDef.newBuilder()
                .setName(FUNCTION)
                .addInputArg(argument("jpeg", DataType.DT_STRING))
                .addOutputArg(argument("image", DataType.DT_FLOAT)))
        .putRet("image", "image:output:0");
    addDecoding();
    addScale();
    addOffset();
    addResize();
    return body.build();
  }

  private void addDecoding() {
    node(
        Op.of("DecodeJpeg", "decoded", "jpeg")
            .number("channels", 3)
            .flag("fancy_upscaling", true)
            .text("dct_method", "INTEGER_ACCURATE"));
    node(Op.scalar("first", 0));
    node(
        Op.of("ExpandDims", "batch", "decoded:image:0", "first:output:0")
            .type("T", DataType.DT_UINT8)
            .type("Tdim", DataType.DT_INT32));
    node(
        Op.of("Shape", "shape", "decoded:image:0")
            .type("T", DataType.DT_UINT8)
            .type("out_type", DataType.DT_INT32));
    node(Op.vector("from", 0));
    node(Op.vector("two", 2));
    node(
        Op.of("Slice", "old", "shape:output:0", "from:output:0", "two:output:0")
            .type("T", DataType.DT_INT32)
            .type("Index", DataType.DT_INT32));
  }

  /** new = old * short / min(old) in whole numbers; scale = new / old. */
  private void addScale() {
    node(Op.scalar("short_side", preprocessing.resizeShort()));
    node(
        Op.of("Min", "shortest", "old:output:0", "from:output:0")
            .type("T", DataType.DT_INT32)
            .type("Tidx", DataType.DT_INT32)
            .flag("keep_dims", false));
    node(binary("Mul", "product", DataType.DT_INT32, "old:output:0", "short_side:output:0"));
    node(binary("FloorDiv", "new", DataType.DT_INT32, "product:z:0", "shortest:output:0"));
    node(toFloat("old_length", "old:output:0"));
    node(toFloat("new_length", "new:z:0"));
    node(binary("RealDiv", "scale", DataType.DT_FLOAT, "new_length:y:0", "old_length:y:0"));
  }

  /** translation = -round((new - crop) / 2). */
  private void addOffset() {
    node(Op.vector("size", preprocessing.height(), preprocessing.width()));
    node(toFloat("crop_length", "size:output:0"));
    node(Op.scalar("half", -0.5f));
    node(binary("Sub", "margin", DataType.DT_FLOAT, "new_length:y:0", "crop_length:y:0"));
    node(binary("Mul", "start", DataType.DT_FLOAT, "margin:z:0", "half:output:0"));
    node(Op.of("Round", "translation", "start:z:0").type("T", DataType.DT_FLOAT));
  }

  private void addResize() {
    node(
        Op.of(
                "ScaleAndTranslate",
                "resized",
                "batch:output:0",
                "size:output:0",
                "scale:z:0",
                "translation:y:0")
            .type("T", DataType.DT_UINT8)
            .text("kernel_type", "triangle")
            .flag("antialias", true));
    node(
        Op.of("Squeeze", "image", "resized:resized_images:0")
            .type("T", DataType.DT_FLOAT)
            .ints("squeeze_dims", 0));
  }

  private void node(Op op) {
    node(op.build());
  }

  private void node(NodeDef node) {
    body.addNodeDef(node);
  }

  private static Op toFloat(String name, String input) {
    return Op.of("Cast", name, input)
        .type("SrcT", DataType.DT_INT32)
        .type("DstT", DataType.DT_FLOAT)
        .flag("Truncate", false);
  }

  private static Op binary(String kernel, String name, DataType type, String left, String right) {
    return Op.of(kernel, name, left, right).type("T", type);
  }

  private static OpDef.ArgDef argument(String name, DataType type) {
    return OpDef.ArgDef.newBuilder().setName(name).setType(type).build();
  }
}
