/** The management port: DJL Serving's management API, the model repository extension, metrics. */
package io.lynxeye.http.management;
