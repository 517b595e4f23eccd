/** DJL Serving: inference and management. */
package io.lynxeye.http.djl;
