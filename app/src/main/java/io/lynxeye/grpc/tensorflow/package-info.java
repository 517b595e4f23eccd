/** TensorFlow Serving's services. */
package io.lynxeye.grpc.tensorflow;
