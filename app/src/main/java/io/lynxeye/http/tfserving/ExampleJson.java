package io.lynxeye.http.tfserving;

import com.fasterxml.jackson.core.Base64Variants;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.exc.StreamReadException;
import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import io.lynxeye.protocols.tensorflow.BytesList;
import io.lynxeye.protocols.tensorflow.Example;
import io.lynxeye.protocols.tensorflow.Feature;
import io.lynxeye.protocols.tensorflow.Features;
import io.lynxeye.protocols.tensorflow.FloatList;
import io.lynxeye.protocols.tensorflow.Int64List;
import io.lynxeye.serving.model.InvalidInputException;
import io.lynxeye.serving.tensors.Excerpt;
import java.io.IOException;

/**
 * A {@code tf.Example} from JSON. Each feature is a value or an array of values: numbers with a
 * fraction or an exponent are floats, other numbers and booleans are integers, strings and {@code
 * {"b64": "..."}} are bytes. Of numbers of both kinds, all are floats.
 */
final class ExampleJson {

  private final Features.Builder features = Features.newBuilder();

  /** The values of one feature, of one kind. */
  private static final class Values {

    private final String name;
    private final BytesList.Builder bytes = BytesList.newBuilder();
    private final FloatList.Builder floats = FloatList.newBuilder();
    private final Int64List.Builder integers = Int64List.newBuilder();

    Values(String name) {
      this.name = name;
    }

    void add(JsonParser json) throws IOException, InvalidInputException {
      JsonToken token = json.currentToken();
      if (token == JsonToken.VALUE_STRING) {
        bytes.addValue(ByteString.copyFromUtf8(json.getText()));
      } else if (token == JsonToken.START_OBJECT) {
        bytes.addValue(b64(json));
      } else if (token.isBoolean()) {
        addInteger(json.getBooleanValue() ? 1 : 0);
      } else if (token == JsonToken.VALUE_NUMBER_INT) {
        require(
            json.getNumberType() != JsonParser.NumberType.BIG_INTEGER,
            "a whole number that does not fit 64 bits");
        addInteger(json.getLongValue());
      } else if (token == JsonToken.VALUE_NUMBER_FLOAT) {
        addFloat(json.getFloatValue());
      } else {
        require(false, "a value that is neither a number nor a string");
      }
      boolean hasNumbers = floats.getValueCount() + integers.getValueCount() > 0;
      require(bytes.getValueCount() == 0 || !hasNumbers, "both numbers and strings");
    }

    private void addInteger(long value) {
      if (floats.getValueCount() > 0) {
        floats.addValue((float) value);
      } else {
        integers.addValue(value);
      }
    }

    private void addFloat(float value) throws InvalidInputException {
      require(Float.isFinite(value), "a number that is not finite");
      integers.getValueList().forEach(integer -> floats.addValue((float) integer.longValue()));
      integers.clear();
      floats.addValue(value);
    }

    private ByteString b64(JsonParser json) throws IOException, InvalidInputException {
      boolean isB64 =
          json.nextToken() == JsonToken.FIELD_NAME
              && json.currentName().equals("b64")
              && json.nextToken() == JsonToken.VALUE_STRING;
      require(isB64, "an object that is not {\"b64\": \"...\"}");
      byte[] value;
      try {
        value = json.getBinaryValue(Base64Variants.MIME_NO_LINEFEEDS);
      } catch (StreamReadException e) {
        throw invalid("a string that is not in base64");
      }
      require(json.nextToken() == JsonToken.END_OBJECT, "an object with more than b64");
      return UnsafeByteOperations.unsafeWrap(value);
    }

    private void require(boolean isValid, String found) throws InvalidInputException {
      if (!isValid) {
        throw invalid(found);
      }
    }

    private InvalidInputException invalid(String found) {
      return new InvalidInputException(
          "feature '%s' has %s; send a number, a string, {\"b64\": \"...\"}, or an array of one kind"
              .formatted(Excerpt.of(name), found));
    }

    /** Without values, the feature has no kind. */
    Feature feature() {
      Feature.Builder feature = Feature.newBuilder();
      if (bytes.getValueCount() > 0) {
        feature.setBytesList(bytes);
      } else if (floats.getValueCount() > 0) {
        feature.setFloatList(floats);
      } else if (integers.getValueCount() > 0) {
        feature.setInt64List(integers);
      }
      return feature.build();
    }
  }

  /** Adds a feature; the parser is at its value. */
  void add(String name, JsonParser json) throws IOException, InvalidInputException {
    Values values = new Values(name);
    if (json.currentToken() == JsonToken.START_ARRAY) {
      while (json.nextToken() != JsonToken.END_ARRAY) {
        values.add(json);
      }
    } else {
      values.add(json);
    }
    features.putFeature(name, values.feature());
  }

  byte[] serialized() {
    return Example.newBuilder().setFeatures(features).build().toByteArray();
  }
}
