/** TensorFlow Serving's messages. */
package io.lynxeye.grpc.tensorflow;
