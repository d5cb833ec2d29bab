mod support;

mod api;
mod connection;
mod devices;
mod docs;
mod fns;
mod headers;
mod links;
mod log;
mod matrix;
mod organization;
mod password;
mod renewal;
mod second_factor;
mod sign_in;
mod start;
mod widget;
