#ifndef CODESIGN_IMAGE_H_
#define CODESIGN_IMAGE_H_

#include "hls_stream.h"
#include "nnet_common.h"
#include "nnet_types.h"

namespace nnet {

// io_parallel: zeros around an image.
template <class data_T, class res_T, typename CONFIG_T>
void zero_pad_layer(data_T data[CONFIG_T::in_height * CONFIG_T::in_width * CONFIG_T::n_chan],
                    res_T res[CONFIG_T::out_height * CONFIG_T::out_width * CONFIG_T::n_chan]) {
    #pragma HLS PIPELINE
    const int top = CONFIG_T::pad_top, left = CONFIG_T::pad_left;
    const int height = CONFIG_T::in_height, width = CONFIG_T::in_width, chan = CONFIG_T::n_chan;
    const int out_height = CONFIG_T::out_height, out_width = CONFIG_T::out_width;
Rows:
    for (int i = 0; i < out_height; i++) {
        #pragma HLS UNROLL
    Columns:
        for (int j = 0; j < out_width; j++) {
            #pragma HLS UNROLL
            const bool inside = i >= top && i < top + height && j >= left && j < left + width;
        Channels:
            for (int c = 0; c < chan; c++) {
                #pragma HLS UNROLL
                res_T y = 0;
                if (inside)
                    y = data[((i - top) * width + j - left) * chan + c];
                res[(i * out_width + j) * chan + c] = y;
            }
        }
    }
}

// io_stream: a pixel a cycle.
template <class data_T, class res_T, typename CONFIG_T>
void zero_pad_layer(hls::stream<data_T> &data, hls::stream<res_T> &res) {
    const int top = CONFIG_T::pad_top, left = CONFIG_T::pad_left;
    const int height = CONFIG_T::in_height, width = CONFIG_T::in_width;
    const int out_height = CONFIG_T::out_height, out_width = CONFIG_T::out_width;
Rows:
    for (int i = 0; i < out_height; i++) {
    Columns:
        for (int j = 0; j < out_width; j++) {
            #pragma HLS LOOP_FLATTEN
            #pragma HLS PIPELINE
            const bool inside = i >= top && i < top + height && j >= left && j < left + width;
            res_T out_pack;
            PRAGMA_DATA_PACK(out_pack)
            data_T in_pack;
            if (inside)
                in_pack = data.read();
        Channels:
            for (unsigned c = 0; c < res_T::size; c++) {
                #pragma HLS UNROLL
                typename res_T::value_type y = 0;
                if (inside)
                    y = in_pack[c];
                out_pack[c] = y;
            }
            res.write(out_pack);
        }
    }
}

// io_parallel: each pixel repeated.
template <class data_T, class res_T, typename CONFIG_T>
void up_sample_layer(
    data_T data[CONFIG_T::in_height * CONFIG_T::in_width * CONFIG_T::n_chan],
    res_T res[CONFIG_T::in_height * CONFIG_T::rows * CONFIG_T::in_width * CONFIG_T::columns * CONFIG_T::n_chan]) {
    #pragma HLS PIPELINE
    unsigned place = 0;
Rows:
    for (unsigned i = 0; i < CONFIG_T::in_height * CONFIG_T::rows; i++) {
        #pragma HLS UNROLL
    Columns:
        for (unsigned j = 0; j < CONFIG_T::in_width * CONFIG_T::columns; j++) {
            #pragma HLS UNROLL
        Channels:
            for (unsigned c = 0; c < CONFIG_T::n_chan; c++) {
                #pragma HLS UNROLL
                const unsigned pixel = i / CONFIG_T::rows * CONFIG_T::in_width + j / CONFIG_T::columns;
                res[place++] = data[pixel * CONFIG_T::n_chan + c];
            }
        }
    }
}

// io_stream: a row is kept and sent as often as it is repeated.
template <class data_T, class res_T, typename CONFIG_T>
void up_sample_layer(hls::stream<data_T> &data, hls::stream<res_T> &res) {
    data_T line[CONFIG_T::in_width];
Rows:
    for (unsigned i = 0; i < CONFIG_T::in_height; i++) {
    Repeats:
        for (unsigned r = 0; r < CONFIG_T::rows; r++) {
        Columns:
            for (unsigned j = 0; j < CONFIG_T::in_width; j++) {
            Copies:
                for (unsigned k = 0; k < CONFIG_T::columns; k++) {
                    #pragma HLS PIPELINE
                    if (r == 0 && k == 0)
                        line[j] = data.read();
                    data_T in_pack = line[j];
                    res_T out_pack;
                    PRAGMA_DATA_PACK(out_pack)
                    for (unsigned c = 0; c < res_T::size; c++) {
                        #pragma HLS UNROLL
                        out_pack[c] = in_pack[c];
                    }
                    res.write(out_pack);
                }
            }
        }
    }
}

} // namespace nnet

#endif
