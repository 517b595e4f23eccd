/** JSON bodies, tensors and scores. */
package io.lynxeye.http.json;
