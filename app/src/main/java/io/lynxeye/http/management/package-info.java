/** The management port, the metrics port, and the model repository extension. */
package io.lynxeye.http.management;
