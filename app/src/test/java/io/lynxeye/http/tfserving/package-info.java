/** TensorFlow Serving's REST protocol. */
package io.lynxeye.http.tfserving;
